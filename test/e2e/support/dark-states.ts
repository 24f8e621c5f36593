/** States that are checked in the dark too: few, but each part of the kit (web/ui) that is there to stay is in one of them. */
export const IN_THE_DARK: ReadonlySet<string> = new Set([
  '02-dang-nhap-sai', '07-tiep-don-da-dang-ky', '12-phieu-kham-dang-nhap', '12-canh-bao-thuoc', '13-hai-nguoi-cung-sua', '14-xem-lai-va-ky', '19-hop-ky-uy-quyen', '19-tim-va-di-toi', '18-ho-so-tong-quan', '18-ho-so-ket-qua',
  '21-xac-minh-hop-le', '45-thuc-don-tai-khoan', '57-ket-qua-ris-khong-co', '39-quan-tri-phan-mem-moi', '36-quan-tri-nhap-tep', '48-thiet-lap', '53-nhap-ket-qua', '55-ket-qua-xem-lai', '87-tap-huan-bai-tap',
])
