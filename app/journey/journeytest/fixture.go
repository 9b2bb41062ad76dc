package journeytest

import (
	"slices"
	"time"

	"hallway/app/hall/catalogue"
	"hallway/app/journey"
	"hallway/app/operation"
	"hallway/app/text"
	"hallway/idreader"
)

// Zone is the zone of the invented hall.
var Zone = time.FixedZone("CST", 8*3600)

// Morning is when every visit begins: Monday, 23 November 2026, 10:07.
var Morning = time.Date(2026, 11, 23, 10, 7, 0, 0, Zone)

func local(zh, en string) text.Local { return text.Local{text.ZhHans: zh, text.En: en} }

// Citizen is the invented person whose card is laid. The number's check
// character is right; region 110101 and the birth date are of nobody known.
func Citizen() idreader.Person {
	return idreader.Person{
		Kind: idreader.Resident, Name: "张三丰", Sex: idreader.Male, Ethnicity: "01",
		Birth: idreader.Date{Year: 1949, Month: 12, Day: 31}, Address: "天津市和平区示例路 8 号 3 门 501",
		Number: "110101194912310171", Issuer: "和平公安分局",
		ValidFrom: idreader.Date{Year: 2020, Month: 1, Day: 1}, LongTerm: true,
	}
}

// Setup is an invented terminal.
func Setup() journey.Setup {
	return journey.Setup{Terminal: "012", Lang: text.ZhHans, Idle: time.Minute, Warn: 15 * time.Second, Rows: 7}
}

// Hall is the invented hall, connected.
func Hall() journey.Hall {
	return journey.Hall{Name: local("和平区政务服务中心", "Heping District Government Service Centre"), Online: true, Catalogue: Catalogue(), Zone: Zone}
}

// Catalogue is what the invented hall offers: the classes of the real one, a
// few services with every kind of field.
func Catalogue() *catalogue.Catalogue {
	c := &catalogue.Catalogue{
		Version: "test",
		Departments: []catalogue.Department{
			{Code: "mkt", Name: local("市场监督管理局", "Market Regulation")},
			{Code: "hrss", Name: local("人力资源和社会保障局", "Human Resources and Social Security")},
			{Code: "edu", Name: local("教育局", "Education")},
		},
		Pools: []catalogue.Pool{
			{ID: "reg", Prefix: "A", Name: local("企业登记", "Registration"), Area: local("一楼 A 区", "Ground floor, area A")},
			{ID: "soc", Prefix: "B", Name: local("社会保障", "Social security"), Area: local("二楼 B 区", "First floor, area B")},
		},
		Windows: []catalogue.Window{
			{ID: "3", Pools: []string{"reg"}}, {ID: "4", Pools: []string{"reg"}}, {ID: "12", Pools: []string{"soc"}},
		},
	}
	for _, k := range classes {
		c.Classes = append(c.Classes, catalogue.Class{Code: k.code, Audience: k.audience, Name: local(k.zh, k.en), Icon: k.code})
		c.Items = append(c.Items, items(k)...)
	}
	return c
}

type class struct {
	code     string
	audience catalogue.Audience
	zh, en   string
}

var classes = []class{
	{"register", catalogue.Enterprise, "设立登记", "Registration"},
	{"change", catalogue.Enterprise, "变更登记", "Changes"},
	{"cancel", catalogue.Enterprise, "注销登记", "Closing down"},
	{"qualification", catalogue.Enterprise, "资质许可", "Permits"},
	{"project", catalogue.Enterprise, "投资项目", "Investment projects"},
	{"tax", catalogue.Enterprise, "税费办理", "Taxes and fees"},
	{"land", catalogue.Enterprise, "不动产与用地", "Land and real estate"},
	{"environment", catalogue.Enterprise, "生态环境", "Environment"},
	{"safety", catalogue.Enterprise, "安全生产", "Work safety"},
	{"education", catalogue.Citizens, "教育入学", "Schooling"},
	{"health", catalogue.Citizens, "医疗健康", "Health"},
	{"work", catalogue.Citizens, "就业创业", "Work"},
	{"insurance", catalogue.Citizens, "社会保险", "Social insurance"},
	{"household", catalogue.Citizens, "户籍证件", "Household register"},
}

var papers = []catalogue.Material{
	{Name: local("居民身份证", "Identity card")},
	{Name: local("申请表", "Application form"), Copies: 1},
	{Name: local("近期一寸白底照片", "Recent photograph"), Copies: 2},
}

// items are the services of a class. Insurance has nine, for two pages, and
// two of them can be filed and booked.
func items(k class) []catalogue.Item {
	one := func(code, zh, en string) catalogue.Item {
		i := catalogue.Item{Code: code, Class: k.code, Department: "mkt", Pool: "reg", Name: local(zh, en), Materials: papers, PledgeDays: 3}
		if k.audience == catalogue.Citizens {
			i.Department, i.Pool = "hrss", "soc"
		}
		return i
	}
	if k.code != "insurance" {
		return []catalogue.Item{one(k.code+"-1", k.zh+"办理", k.en+" desk"), one(k.code+"-2", k.zh+"咨询", k.en+" advice")}
	}
	card := one("sb-card", "社会保障卡补办", "Replacement of a social security card")
	card.NeedsCard, card.Apply, card.Bookable, card.FeeFen, card.Form = true, true, true, 2000, form
	flexible := one("sb-flex", "灵活就业人员参加养老保险登记", "Pension registration of freelance workers")
	flexible.Apply, flexible.Bookable, flexible.Form = true, true, form[:4]
	all := []catalogue.Item{card, flexible}
	for _, n := range []struct{ code, zh, en string }{
		{"sb-query", "参保缴费查询", "Contribution record"}, {"sb-move", "养老关系转移接续", "Transfer of pension rights"},
		{"sb-retire", "退休申请", "Retirement"}, {"sb-unempl", "失业保险金申领", "Unemployment benefit"},
		{"sb-birth", "生育津贴申领", "Maternity allowance"}, {"sb-injury", "工伤认定", "Work injury"}, {"sb-stop", "停保登记", "End of insurance"},
	} {
		all = append(all, one(n.code, n.zh, n.en))
	}
	retire := &all[slices.IndexFunc(all, func(i catalogue.Item) bool { return i.Code == "sb-retire" })]
	retire.Apply, retire.Form = true, texts
	return all
}

var form = []catalogue.FormField{
	{Name: "name", Label: local("姓名", "Name"), Type: "text", From: "name", Required: true},
	{Name: "number", Label: local("公民身份号码", "Citizen number"), Type: "text", From: "number", Required: true},
	{Name: "address", Label: local("住址", "Address"), Type: "text", From: "address"},
	{Name: "phone", Label: local("联系电话", "Telephone"), Type: "phone", Required: true},
	{Name: "delivery", Label: local("领取方式", "Delivery"), Type: "choice", Required: true, Choices: []catalogue.Choice{
		{Value: "window", Label: local("到窗口领取", "Collect at the window")}, {Value: "post", Label: local("邮寄到家", "By post")}}},
	{Name: "old", Label: local("原卡号（如记得）", "Old card number, if known"), Type: "text", Max: 20, Holds: "code"},
}

// texts are fields of every kind that the keyboard has a layout for.
var texts = []catalogue.FormField{
	{Name: "spouse", Label: local("配偶姓名", "Spouse's name"), Type: "text", Max: 30, Holds: "person"},
	{Name: "home", Label: local("本市居住地址", "Address in this city"), Type: "text", Max: 70, Required: true, Holds: "place"},
	{Name: "kin", Label: local("配偶公民身份号码", "Spouse's citizen number"), Type: "text", Max: 18, Holds: "identity"},
	{Name: "since", Label: local("开始就业日期", "Working since"), Type: "text", Holds: "date"},
	{Name: "months", Label: local("已缴费月数", "Months paid"), Type: "number", Max: 3},
	{Name: "wish", Label: local("其他说明", "Anything else"), Type: "text", Max: 60},
}

// Slots are bookable times on five days from tomorrow, every half hour from
// nine to five with a break, some of them full.
func Slots() operation.Slots {
	out := operation.Slots{Live: true, AsOf: Morning}
	for day := range 5 {
		for half := range 16 {
			if half >= 6 && half < 8 {
				continue
			}
			start := time.Date(2026, 11, 24+day, 9, 30*half, 0, 0, Zone)
			out.Slots = append(out.Slots, operation.Slot{
				ID: start.Format("0102-1504"), Start: start, End: start.Add(30 * time.Minute), Free: (day + half) % 5})
		}
	}
	return out
}
