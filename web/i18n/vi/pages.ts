/** Names of the pages of administrators and of procedures in Vietnamese, as menu and bar have them: what stands on a page comes with it. */
export default {
  clients: { menu: 'Phần mềm', title: 'Phần mềm kết nối' },
  hospital: { menu: 'Bệnh viện', title: 'Thông tin bệnh viện' },
  departments: { menu: 'Khoa, phòng', title: 'Khoa, phòng, buồng, giường' },
  staff: { menu: 'Nhân sự', title: 'Nhân sự và phân quyền' },
  lists: { menu: 'Danh mục', title: 'Danh mục dùng chung' },
  exchange: { menu: 'Trao đổi', title: 'Gửi dữ liệu về Trung tâm' },
  procedures: { menu: 'Thủ thuật', title: 'Thủ thuật chờ làm' },
  audit: { menu: 'Nhật ký', title: 'Nhật ký truy cập' },
}
