/** Length of the text in UTF-8, without encoding it. A lone surrogate counts as its replacement character (3 bytes). */
export const utf8Length = (text: string): number => {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    const pair = unit >= 0xd800 && unit <= 0xdbff && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
    // 2 bytes below U+0800, else 3; a pair is 4 bytes for 2 units.
    bytes += unit < 0x800 ? 1 : 2;
    if (pair) at += 1;
  }
  return bytes;
};
