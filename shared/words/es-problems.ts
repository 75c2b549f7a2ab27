import type { ProblemWords } from './translation.ts';

/** What the app says in Spanish when something is wrong. */
export const esProblems: ProblemWords = {
  errors: {
    invalid_input: 'Esto no se ha podido aceptar.',
    blank_message: 'Un mensaje necesita algo de texto.',
    message_too_long: 'Un mensaje puede tener como máximo 2000 caracteres.',
    message_not_sendable: 'El mensaje contiene un carácter que no se puede enviar.',
    message_damaged: 'Este mensaje se ha dañado en este ordenador. Revísalo antes de volver a enviarlo.',
    incomplete_sign_in: 'Rellena el servidor, tu correo electrónico y tu contraseña.',
    not_signed_in: 'Primero inicia sesión.',
    invalid_server: 'Esto no es la dirección de un servidor.',
    insecure_server:
      'La dirección debe empezar por https://, para que nadie pueda leer los mensajes por el camino.',
    unreachable: 'No se puede contactar con el servidor. Comprueba la dirección y la red.',
    timeout: 'El servidor no ha respondido a tiempo.',
    certificate: 'El certificado del servidor no es de confianza, así que no se ha enviado nada.',
    proxy_refused:
      'El proxy de la red no ha dejado pasar a la aplicación. Pregunta a quien administra la red.',
    not_messaging_server: 'La dirección no es la de un servidor de mensajes.',
    another_server:
      'En esta dirección responde ahora otro servidor. Los mensajes sin enviar se guardan para el anterior.',
    server_restored: 'El servidor se ha restaurado de una copia de seguridad. El mensaje se envía de nuevo.',
    invalid_credentials: 'El correo electrónico o la contraseña no son correctos.',
    session_ended: 'Tu sesión ha terminado. Vuelve a iniciar sesión.',
    rate_limited: 'Ha habido demasiadas solicitudes. La aplicación espera antes de continuar.',
    forbidden: 'No tienes permiso para hacer esto.',
    impersonation_read_only: 'Estás viendo otra cuenta: solo puedes leer.',
    conversation_archived: 'Esta conversación ha terminado, así que el mensaje no se ha enviado.',
    not_found: 'Esto ya no está aquí.',
    idempotency_mismatch: 'Este mensaje ya se envió con otro texto.',
    server_error: 'El servidor tiene un problema. Inténtalo de nuevo más tarde.',
    storage_full: 'El disco está lleno. No se pueden guardar mensajes hasta que haya espacio.',
    storage_failed: 'Este ordenador no ha podido guardar o leer los mensajes.',
    storage_repaired: 'Los mensajes de este ordenador estaban dañados y se han reparado.',
    update_required:
      'Hay que actualizar: una versión más nueva de Trainer Inbox escribió los mensajes de este ordenador. Actualiza la aplicación.',
    demo_failed: 'La demostración no se ha podido iniciar en este ordenador.',
    link_not_opened: 'No se pudo abrir este enlace.',
    unexpected: 'Algo ha fallado dentro de la aplicación. Inténtalo de nuevo.',
    password_too_short: 'Una contraseña necesita al menos 10 caracteres.',
    file_not_saved: 'No se pudo guardar el archivo ahí. Elige otro lugar.',
  },
  repairs: {
    outboxLost:
      'El archivo con tus mensajes sin enviar estaba dañado y no se ha podido leer ninguno. El archivo dañado se ha conservado.',
    outboxSaved_one:
      'El archivo con tus mensajes sin enviar estaba dañado. Se ha salvado {{count}} mensaje; puede que falten otros. El archivo dañado se ha conservado.',
    outboxSaved:
      'El archivo con tus mensajes sin enviar estaba dañado. Se han salvado {{count}} mensajes; puede que falten otros. El archivo dañado se ha conservado.',
    cache: 'Los mensajes guardados en este ordenador estaban dañados. Se vuelven a cargar del servidor.',
  },
  safeStart: {
    title: 'Trainer Inbox no se ha iniciado bien varias veces',
    text: 'Un inicio seguro muestra los mensajes de este equipo sin conectarse al servidor. No se pierde nada: lo que escribas se guarda y se envía después del próximo inicio normal.',
    safe: 'Iniciar en modo seguro',
    normal: 'Iniciar normalmente',
    copy: 'Copiar diagnóstico',
    banner: 'Inicio seguro: sin conexión. Lo que escribas se enviará después de un inicio normal.',
  },
  trouble: {
    title: 'La ventana ha dejado de funcionar',
    text: 'Se ha vuelto a abrir varias veces sin éxito. Los mensajes que enviaste están a salvo y la aplicación sigue recibiendo los nuevos.',
    restart: 'Reiniciar Trainer Inbox',
  },
  run: {
    failed:
      'Algo ha fallado dentro de la aplicación. Si se comporta de forma extraña, reiníciala; nada de lo que enviaste se pierde.',
    restart: 'Reiniciar',
    screenFailed: 'No se ha podido mostrar esta pantalla.',
    showAgain: 'Volver a mostrar la bandeja de entrada',
  },
  dialogs: {
    cannotStart: 'Trainer Inbox no se puede iniciar',
    partMissing: 'Falta una parte de la aplicación o está dañada ({{kind}}).',
  },
};
