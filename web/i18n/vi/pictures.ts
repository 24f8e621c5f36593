/** Texts of the viewer of pictures in Vietnamese. */
export default {
  title: 'Phim, ảnh chụp', accession: 'Số ca {number}', notForDiagnosis: 'Ảnh tham khảo, không dùng để chẩn đoán ban đầu',
  allSeries: 'Các loạt ảnh', series: 'Loạt {number}', count: '{count} ảnh', stage: 'Ảnh đang xem', alt: '{series}, ảnh {counter}', loading: 'Đang tải ảnh {counter}…', asking: 'Đang hỏi PACS…',
  offline: 'Không kết nối được máy chủ. Ảnh không được lưu trên máy này, chỉ xem được khi có kết nối.',
  cut: 'Ca này có nhiều ảnh hơn số hiện ra. Hãy xem đủ ở trạm đọc của khoa chẩn đoán hình ảnh.',
  alsoWithheld: 'PACS còn {count} ca mang số này nhưng không hiện ra: {why}', withheldHelp: 'Ảnh không hiện ra để tránh nhầm người bệnh. Hãy báo khoa chẩn đoán hình ảnh kiểm tra số ca {number}.',
  withheld: {
    'other-order': 'PACS có ảnh được ghi cho chỉ định này nhưng mang số ca của chỉ định khác', 'patient-number': 'PACS có ảnh mang số này nhưng mã người bệnh khác', 'patient-name': 'PACS có ảnh mang số này nhưng tên người bệnh khác', 'patient-birth': 'PACS có ảnh mang số này nhưng ngày sinh khác', 'patient-unnamed': 'PACS có ảnh mang số này nhưng không đủ tên hoặc ngày sinh để đối chiếu',
  },
  state: { off: 'Bệnh viện chưa kết nối PACS', unreachable: 'Chưa lấy được ảnh từ PACS', unasked: 'Không hỏi được PACS về số ca này', crowded: 'Chưa biết PACS có ảnh của số ca này hay không', empty: 'PACS có ca chụp nhưng chưa có ảnh xem được', none: 'Chưa có ảnh', withheld: 'Không hiển thị được ảnh của số ca này' },
  help: { off: 'Quản trị viên khai báo PACS trong tệp cấu hình (EMR_PACS).', unreachable: 'Kết quả đọc vẫn xem được như thường.',
    unasked: 'Số ca {number} có ký tự mà PACS không nhận. Ảnh có thể vẫn có trong PACS, hãy xem ở trạm đọc của khoa chẩn đoán hình ảnh.', crowded: 'PACS trả về quá nhiều ca chụp khác nên ảnh của số ca {number} có thể bị sót. Hãy xem ở trạm đọc của khoa chẩn đoán hình ảnh, và báo quản trị viên.',
    empty: 'Ảnh có thể đang được gửi tới, hoặc ca chụp chỉ có báo cáo. Hãy thử lại sau ít phút.', none: 'PACS chưa có ảnh nào mang số ca {number}. Ảnh hiện ra ở đây khi máy chụp gửi xong.' },
  error: {
    away: 'PACS không trả lời. Hãy thử lại sau ít phút.', busy: 'Đang có quá nhiều yêu cầu xem ảnh cùng lúc. Hãy thử lại sau ít giây.', credentials: 'PACS không nhận tài khoản của bệnh án. Hãy báo quản trị viên.', certificate: 'Chứng thư của PACS không tin được nên không kết nối. Hãy báo quản trị viên.',
    'too-large': 'PACS trả về quá nhiều dữ liệu. Hãy xem ở trạm đọc của khoa chẩn đoán hình ảnh, và báo quản trị viên.', wrong: 'PACS trả lời không đúng chuẩn. Hãy báo quản trị viên.',
  },
  tones: { own: 'Cửa sổ gốc', soft: 'Mô mềm', lung: 'Phổi', bone: 'Xương', brain: 'Não', contrast: 'Tương phản cao', light: 'Sáng hơn', dark: 'Tối hơn' }, isInverted: 'đảo màu',
  arrows: 'Mũi tên trái, phải',
  keys: { picture: 'ảnh', seriesKey: 'loạt', zoom: 'phóng', tone: 'cửa sổ', invert: 'đảo màu', ends: 'đầu, cuối', back: 'quay lại' },
}
