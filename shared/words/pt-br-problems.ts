import type { ProblemWords } from './translation.ts';

/** What the app says in Portuguese when something is wrong. */
export const ptBrProblems: ProblemWords = {
  errors: {
    invalid_input: 'Não foi possível aceitar isto.',
    blank_message: 'Uma mensagem precisa de algum texto.',
    message_too_long: 'Uma mensagem pode ter no máximo 2.000 caracteres.',
    message_not_sendable: 'A mensagem contém um caractere que não pode ser enviado.',
    message_damaged:
      'Esta mensagem foi danificada neste computador. Confira o texto antes de enviar de novo.',
    incomplete_sign_in: 'Preencha o servidor, seu e-mail e sua senha.',
    not_signed_in: 'Entre primeiro na sua conta.',
    invalid_server: 'Isto não é o endereço de um servidor.',
    insecure_server:
      'O endereço precisa começar com https://, para que ninguém no caminho possa ler as mensagens.',
    unreachable: 'Não foi possível falar com o servidor. Confira o endereço e a rede.',
    timeout: 'O servidor não respondeu a tempo.',
    certificate: 'O certificado do servidor não é confiável, por isso nada foi enviado.',
    proxy_refused: 'O proxy da rede não deixou o aplicativo passar. Pergunte a quem administra a rede.',
    not_messaging_server: 'O endereço não é de um servidor de mensagens.',
    another_server:
      'Outro servidor responde agora neste endereço. As mensagens não enviadas ficam guardadas para o antigo.',
    server_restored: 'O servidor foi restaurado de um backup. A mensagem está sendo enviada de novo.',
    invalid_credentials: 'O e-mail ou a senha não está certo.',
    session_ended: 'Sua sessão terminou. Entre de novo.',
    rate_limited: 'Houve solicitações demais. O aplicativo espera antes de continuar.',
    forbidden: 'Você não tem permissão para fazer isto.',
    impersonation_read_only: 'Você está vendo outra conta: só pode ler.',
    conversation_archived: 'Esta conversa terminou, por isso a mensagem não foi enviada.',
    not_found: 'Isto não está mais aqui.',
    idempotency_mismatch: 'Esta mensagem já foi enviada com outro texto.',
    server_error: 'O servidor está com um problema. Tente de novo mais tarde.',
    storage_full: 'O disco está cheio. Não é possível guardar mensagens até que haja espaço.',
    storage_failed: 'Este computador não conseguiu guardar ou ler as mensagens.',
    storage_repaired: 'As mensagens deste computador estavam danificadas e foram reparadas.',
    update_required:
      'É preciso atualizar: uma versão mais nova do Trainer Inbox gravou as mensagens deste computador. Atualize o aplicativo.',
    demo_failed: 'Não foi possível iniciar a demonstração neste computador.',
    link_not_opened: 'Não foi possível abrir este link.',
    unexpected: 'Algo deu errado dentro do aplicativo. Tente de novo.',
    password_too_short: 'Uma senha precisa de pelo menos 10 caracteres.',
    file_not_saved: 'Não foi possível salvar o arquivo ali. Escolha outro lugar.',
  },
  repairs: {
    outboxLost:
      'O arquivo com suas mensagens não enviadas estava danificado e nenhuma pôde ser lida. O arquivo danificado foi conservado.',
    outboxSaved_one:
      'O arquivo com suas mensagens não enviadas estava danificado. {{count}} mensagem foi salva; outras podem estar faltando. O arquivo danificado foi conservado.',
    outboxSaved:
      'O arquivo com suas mensagens não enviadas estava danificado. {{count}} mensagens foram salvas; outras podem estar faltando. O arquivo danificado foi conservado.',
    cache:
      'As mensagens guardadas neste computador estavam danificadas. Elas são carregadas de novo do servidor.',
  },
  safeStart: {
    title: 'O Trainer Inbox não iniciou direito várias vezes',
    text: 'Um início seguro mostra as mensagens deste computador sem se conectar ao servidor. Nada se perde: o que você escrever fica guardado e é enviado depois do próximo início normal.',
    safe: 'Iniciar em modo seguro',
    normal: 'Iniciar normalmente',
    copy: 'Copiar diagnóstico',
    banner: 'Início seguro: sem conexão. O que você escrever será enviado depois de um início normal.',
  },
  trouble: {
    title: 'A janela parou de funcionar',
    text: 'Ela foi aberta de novo várias vezes sem sucesso. As mensagens que você enviou estão seguras, e o aplicativo continua recebendo as novas.',
    restart: 'Reiniciar o Trainer Inbox',
  },
  run: {
    failed:
      'Algo deu errado dentro do aplicativo. Se ele se comportar de forma estranha, reinicie-o; nada do que você enviou se perde.',
    restart: 'Reiniciar',
    screenFailed: 'Não foi possível mostrar esta tela.',
    showAgain: 'Mostrar a caixa de entrada de novo',
  },
  dialogs: {
    cannotStart: 'Não foi possível iniciar o Trainer Inbox',
    partMissing: 'Uma parte do aplicativo está faltando ou danificada ({{kind}}).',
  },
};
