/**
 * How many messages of the other person lie above a read mark, as SQL over a row `c` of
 * `conversations`. Derived each time: what the server stated covers messages up to `stated_last_seq`,
 * rows above that are counted. A mark between the two needs the rows in that range; where they are
 * not in the cache they are taken as the other person's, so a count is never too low for a moment.
 * @param readSeq SQL of the read mark, at least `c.stated_read_seq`.
 */
export function unreadSql(readSeq: string): string {
  const above = `(
    SELECT count(*) FROM messages above
    WHERE above.conversation_id = c.id
      AND above.seq > max(${readSeq}, c.stated_last_seq) AND above.sender_id = c.peer_id)`;
  const ownBelow = `(
    SELECT count(*) FROM messages own
    WHERE own.conversation_id = c.id
      AND own.seq > ${readSeq} AND own.seq <= c.stated_last_seq AND own.sender_id <> c.peer_id)`;
  return `(CASE
    WHEN ${readSeq} >= c.last_seq THEN 0
    WHEN ${readSeq} >= c.stated_last_seq THEN ${above}
    WHEN ${readSeq} = c.stated_read_seq THEN c.stated_unread + ${above}
    ELSE ${above} + min(c.stated_unread, c.stated_last_seq - ${readSeq} - ${ownBelow})
  END)`;
}
