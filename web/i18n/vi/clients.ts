/** Texts of the page of system clients in Vietnamese. */
export default {
  title: 'Phần mềm kết nối', add: 'Đăng ký phần mềm', empty: 'Chưa có phần mềm nào kết nối.', emptyText: 'Đăng ký phần mềm để nó đọc và ghi hồ sơ qua giao diện FHIR.',
  id: 'Mã phần mềm', idHint: 'Chữ thường, số, dấu chấm, gạch nối. Ví dụ: xet-nghiem', name: 'Tên', scopes: 'Quyền', signsIn: 'Đăng nhập bằng', used: 'Lấy mã gần nhất', never: 'chưa lần nào',
  by: { secret: 'Khóa bí mật', keys: 'Khóa công khai', none: 'Chưa có', open: 'Không có khóa' }, demo: 'Dùng thử', demoText: 'Phần mềm này thuộc bản dùng thử: ai cũng biết khóa của nó, và nó chỉ dùng được khi chạy thử. Không sửa được ở đây.',
  state: { on: 'Đang bật', off: 'Đã tắt', byYou: 'Chờ bạn duyệt', byAnother: 'Chờ duyệt' },
  kind: 'Loại', kinds: { system: 'Hệ thống tự làm việc', app: 'Ứng dụng làm thay người dùng' }, places: 'Địa chỉ', redirects: 'Địa chỉ quay về', redirectsHint: 'Mỗi dòng một địa chỉ https (hoặc http trên chính máy người dùng), so đúng từng chữ. Ví dụ: https://ung-dung.example/ve',
  launchUrl: 'Địa chỉ mở từ hồ sơ', launchUrlHint: 'Để trống nếu không mở từ hồ sơ. Cần thêm quyền launch.', openNote: 'Ứng dụng chạy trong trình duyệt hoặc trên máy người dùng, không giữ được bí mật: mỗi lần đều do người dùng cho phép.',
  appScopesHint: 'Mỗi dòng một quyền: user/Observation.rs, patient/*.rs, launch, launch/patient, openid, fhirUser, online_access, offline_access',
  about: 'Phần mềm', scopesHint: 'Mỗi dòng một quyền, ví dụ: system/Observation.rs (r xem, s tìm, c tạo, u sửa, d xóa)', means: 'Nghĩa là:',
  proof: 'Cách đăng nhập', secretNote: 'Máy chủ tạo khóa bí mật và chỉ hiện một lần, sau khi lưu.', jwks: 'Khóa công khai (JWKS)', jwksHint: 'Dán cả tệp {"keys": […]}. RSA từ 2048 bit (RS384) hoặc EC P-384 (ES384), mỗi khóa một kid.',
  newKeys: 'Khóa công khai mới (JWKS), để trống nếu không đổi', kids: 'Đang dùng khóa: {kids}', newSecret: 'Tạo khóa bí mật mới', reallySecret: 'Khóa và mã truy cập đang dùng hết hiệu lực ngay. Khóa mới cần một quản trị viên khác duyệt.', yesSecret: 'Tạo khóa mới', no: 'Thôi',
  twoPersons: 'Phần mềm mới, quyền thêm hoặc khóa mới chỉ có hiệu lực khi một quản trị viên khác duyệt.',
  access: 'Bật, tắt', on: 'Bật', off: 'Tắt', approve: 'Duyệt và bật', isOn: 'Phần mềm đang dùng được.', isOff: 'Phần mềm đang tắt.', waitsYou: 'Một quản trị viên khác đã cấp quyền hoặc khóa. Xem kỹ mã, tên và quyền ở trên, rồi duyệt.', waitsAnother: 'Bạn đã cấp quyền hoặc khóa. Cần một quản trị viên khác duyệt.', offNote: 'Tắt thì mọi mã truy cập của nó hết hiệu lực ngay.',
  secretHeading: 'Khóa bí mật của {name}', secret: 'Khóa bí mật', once: 'Chỉ hiện lần này', onceText: 'Chép ngay và giao cho người quản lý phần mềm bằng đường an toàn. Đóng lại là không xem được nữa.', copy: 'Chép', copied: 'Đã chép.', kept: 'Đã chép xong, đóng',
  wrong: {
    address: 'Dòng {n} không phải địa chỉ dùng được: {scope}', launchUrl: 'Cần địa chỉ https, hoặc http trên chính máy người dùng.',
    missing: 'Không được để trống.', client: 'Từ 2 đến 50 chữ thường không dấu, số, dấu chấm, gạch nối.', taken: 'Mã này đã có hoặc được giữ riêng.', scope: 'Dòng {n} không phải quyền hợp lệ: {scope}', tooMany: 'Nhiều nhất 50 quyền.', json: 'Đây không phải JSON.',
    keys: 'Cần từ 1 đến 10 khóa, mỗi khóa một kid riêng.', key: 'Sai ở {place}. Chỉ nhận khóa công khai RSA từ 2048 bit hoặc EC P-384, không có phần bí mật.',
  },
}
