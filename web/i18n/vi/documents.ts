/** Texts about signed documents in Vietnamese. */
export default {
  open: 'Mở bản đã ký',
  print: 'In bản giấy',
  superseded: 'Đã được thay bằng tài liệu {code} lúc {at}.',
  replaces: 'Đính chính',
  appends: 'Bổ sung',
  second: 'Ký duyệt: {name}',
  secondBehalf: 'Ký duyệt thừa uỷ quyền của {behalf}: {name}',
  ask: 'Trình trưởng khoa ký',
  askAgain: 'Trình lại',
  askNote: 'Lời trình (không bắt buộc)',
  asked: 'Đang chờ trưởng khoa ký ({name} trình).',
  askedNow: 'Đã trình trưởng khoa ký.',
  refused: '{name} từ chối ký duyệt: {reason}',
  back: 'Quay lại',
  verdict: { 'valid-current': 'Hợp lệ', 'valid-superseded': 'Đã bị thay thế', invalid: 'KHÔNG hợp lệ', unknown: 'Không xác định' },
}
