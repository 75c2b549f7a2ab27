/** A process with a bare Socket.IO server that hands every text on to the other sockets: the least that delivery costs. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const httpServer = createServer();
const io = new Server(httpServer, { transports: ['websocket'], serveClient: false });
io.on('connection', (socket) => {
  socket.on('relay', (text: unknown) => socket.broadcast.emit('relay', text));
});
httpServer.listen(0, '127.0.0.1', () => {
  const address = httpServer.address();
  process.send?.(typeof address === 'object' ? address?.port : null);
});
process.once('disconnect', () => process.exit(0));
