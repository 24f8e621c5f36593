/** Texts of the data center's pages in Vietnamese. */
export default {
  tenant: 'Mã đơn vị', hospital: 'Bệnh viện', allHospitals: 'Tất cả bệnh viện', state: 'Tình trạng', lastContact: 'Liên lạc gần nhất', never: 'Chưa có', sent: 'Đã gửi', applied: 'Đã tiếp nhận', pending: 'Đang chờ', quarantined: 'Bị giữ lại',
  states: { ok: 'Bình thường', behind: 'Đang nhận tiếp', silent: 'Không liên lạc', quarantine: 'Có dữ liệu bị giữ lại' },
  monitor: { menu: 'Giám sát', title: 'Giám sát các bệnh viện', empty: 'Chưa có bệnh viện nào đăng ký.' },
  received: {
    menu: 'Tiếp nhận', title: 'Tài liệu đã tiếp nhận', at: 'Tiếp nhận lúc', document: 'Tài liệu', patient: 'Người bệnh', birthDate: 'Ngày sinh', visit: 'Ngày khám', signer: 'Người ký', verdict: 'Chữ ký', open: 'Mở',
    empty: 'Chưa có tài liệu nào.',
  },
}
