/** Texts of order sets and phrases in Vietnamese. */
export default {
  set: 'Bộ', keep: { set: 'Lưu thành bộ chỉ định', phrase: 'Lưu thành mẫu câu' }, kept: { set: 'Đã lưu bộ chỉ định “{name}”. Gõ “bo …” ở dòng chỉ định để dùng.', phrase: 'Đã lưu mẫu câu. Gõ “.{name}” rồi dấu cách để dùng.' },
  name: { set: 'Tên bộ chỉ định', phrase: 'Từ tắt' }, nameHint: { set: 'Ví dụ: Viêm họng người lớn', phrase: '2 đến 16 chữ thường không dấu hoặc chữ số, ví dụ: hong' },
  noPatient: 'Dùng cho nhiều người bệnh: không để lại tên, số giấy tờ hay thông tin riêng của người bệnh này.',
  whose: 'Dùng cho', for: { person: 'Riêng tôi', department: 'Cả khoa', hospital: 'Toàn viện' }, save: 'Lưu',
  lines: '{count} dòng', added: 'Đã thêm {count} dòng của bộ “{name}”.', nothing: 'Phiếu này đã có đủ các mục của bộ “{name}”.', gone: 'Bộ “{name}”: không còn trong danh mục, hãy chọn lại: {names}',
  phrases: 'Mẫu câu', found: '{count} mẫu câu; mũi tên để chọn', openPlaces: 'Còn chỗ chưa điền trong ghi chép: {names}',
  title: 'Bộ chỉ định và mẫu câu', menu: 'Bộ chỉ định, mẫu câu', adminMenu: 'Mẫu khám', note: 'Dùng khi khám: “bo …” ở dòng chỉ định, dấu chấm và từ tắt ở các ô ghi chép.', sets: 'Bộ chỉ định', content: 'Nội dung', open: 'Xem',
  noSets: 'Chưa có bộ chỉ định', noSetsText: 'Khi khám, bấm “Lưu thành bộ chỉ định” dưới các chỉ định đã nhập.', noPhrases: 'Chưa có mẫu câu', noPhrasesText: 'Bấm “Thêm mẫu câu”, hoặc chọn một đoạn khi khám rồi nhấn Alt+M.',
  add: 'Thêm mẫu câu', text: 'Mẫu câu', textHint: 'Chỗ cần điền đặt trong ngoặc nhọn; phím Tab nhảy lần lượt tới từng chỗ.', section: 'Mục của phiếu khám', everywhere: 'Mọi mục',
  copy: 'Sao chép', remove: 'Xóa', removeNow: 'Bấm lần nữa để xóa', saved: 'Đã lưu.', removed: 'Đã xóa.', dropLine: 'Bỏ {name}', dosage: '{dose} × {frequency} lần × {days} ngày',
}
