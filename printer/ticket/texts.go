package ticket

import (
	"fmt"
	"strings"
	"time"
)

// Chinese and English as BCP 47 tags. Any other language prints in Chinese.
const (
	zhHans = "zh-Hans"
	en     = "en"
)

// words are the fixed texts of all documents: Chinese, then English.
var words = map[string][2]string{
	"queue.title":     {"排队号", "Your number"},
	"queue.ahead":     {"前面等候", "Ahead of you"},
	"queue.wait":      {"预计等候", "Wait"},
	"queue.area":      {"等候区域", "Area"},
	"queue.windows":   {"办理窗口", "Windows"},
	"queue.call":      {"请留意屏幕和广播叫号", "Please watch the screens and listen for your number"},
	"queue.scan":      {"扫码查看排队进度", "Scan to follow the queue"},
	"queue.offline":   {"离线取号", "OFFLINE NUMBER"},
	"queue.offline.1": {"网络暂时中断，本号有效，排队人数请看大厅屏幕", "The network is down for the moment. This number is valid; see the hall screens for the queue."},
	"queue.known":     {"您已在排队，这是原来的号", "You are already waiting; this is the same number"},
	"copy":            {"补打第%d次", "REPRINT %d"},
	"receipt.title":   {"申请提交回执", "Application receipt"},
	"receipt.number":  {"回执编号", "Receipt number"},
	"receipt.name":    {"申请人", "Applicant"},
	"receipt.item":    {"事项", "Service"},
	"receipt.at":      {"提交时间", "Submitted"},
	"receipt.ref":     {"大厅编号", "Hall reference"},
	"receipt.sent":    {"已送达大厅，请等待审核", "Delivered to the hall; please wait for the review"},
	"receipt.stored":  {"已保存在本机，联网后自动送达大厅，无需重复提交", "Stored safely here and delivered as soon as the network is back. Do not submit again."},
	"receipt.keep":    {"请保存此回执，可凭编号在自助终端查询进度", "Keep this slip: the number shows the progress at any terminal"},
	"receipt.scan":    {"扫码查询办理进度", "Scan to see the progress"},
	"booking.title":   {"预约凭证", "Appointment"},
	"booking.name":    {"预约人", "Booked by"},
	"booking.area":    {"办理地点", "Place"},
	"booking.bring":   {"请携带有效身份证件，按时到场取号", "Please bring a valid identity document and take a number on arrival"},
	"request.title":   {"预约申请", "Appointment request"},
	"request.mark":    {"待确认", "NOT CONFIRMED"},
	"request.wish":    {"希望时间", "Preferred time"},
	"request.note":    {"网络暂时中断，预约尚未成功。申请已保存，联网后由大厅确认，请凭编号在自助终端查询结果", "The network is down for the moment and nothing is booked yet. The hall decides when the network is back; the number above shows the result at any terminal."},
	"test.title":      {"打印测试页", "Printer test page"},
	"test.profile":    {"打印机配置", "Profile"},
	"test.model":      {"打印机型号", "Model"},
	"test.at":         {"打印时间", "Printed"},
	"test.native":     {"机内字库", "Printer characters"},
	"test.drawn":      {"程序字库", "Drawn characters"},
	"terminal":        {"终端", "Terminal"},
	"time":            {"取号时间", "Issued"},
	"people":          {"%d人", "%d"},
	"minutes":         {"约%d分钟", "%d min"},
	"minutes.range":   {"%d-%d分钟", "%d-%d min"},
}

// say returns the fixed text of that key, filled with args.
func say(lang, key string, args ...any) string {
	i := 0
	if lang == en {
		i = 1
	}
	if len(args) == 0 {
		return words[key][i]
	}
	return fmt.Sprintf(words[key][i], args...)
}

var weekdays = [...]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"}

// day writes a date with its weekday in t's own zone.
func day(lang string, t time.Time) string {
	if lang == en {
		return t.Format("Mon 2 Jan 2006")
	}
	return fmt.Sprintf("%d月%d日 %s", t.Month(), t.Day(), weekdays[t.Weekday()])
}

// moment writes date and time in t's own zone.
func moment(lang string, t time.Time) string {
	if lang == en {
		return t.Format("2 Jan 2006 15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// wait writes the range of minutes, "" when it is not known.
func wait(lang string, from, to int) string {
	switch {
	case from < 0 || to < from:
		return ""
	case from == to:
		return say(lang, "minutes", to)
	}
	return say(lang, "minutes.range", from, to)
}

// list joins windows in the language's manner.
func list(lang string, items []string) string {
	if lang == en {
		return strings.Join(items, ", ")
	}
	return strings.Join(items, "、")
}
