package config

import "fmt"

// Orders holds what differs between halls in help orders. Days are working
// days.
type Orders struct {
	Calendar     string    `toml:"calendar" default:"" path:"true" doc:"Folder of files of holidays, one a year, such as 2027.toml. Empty: the years that ship with the program."`
	Open         TimeOfDay `toml:"open" default:"09:00" doc:"Start of office hours."`
	Close        TimeOfDay `toml:"close" default:"17:30" doc:"End of office hours; answers are due then."`
	Consultation int       `toml:"consultation_days" default:"2" min:"1" max:"60" doc:"Days until the answer to a question is due."`
	Help         int       `toml:"help_days" default:"2" min:"1" max:"60" doc:"Days until the answer to a call for help is due."`
	Complaint    int       `toml:"complaint_days" default:"7" min:"1" max:"60" doc:"Days until the answer to a complaint is due."`
	Report       int       `toml:"report_days" default:"7" min:"1" max:"60" doc:"Days until the answer to a report is due."`
	Suggestion   int       `toml:"suggestion_days" default:"7" min:"1" max:"60" doc:"Days until the answer to a suggestion is due."`
	MaxExtra     int       `toml:"max_extra_days" default:"10" min:"0" max:"60" doc:"Days that the one extension may add."`
	ReturnDays   int       `toml:"return_days" default:"2" min:"0" max:"60" doc:"Days in which a unit may return an order that is not its own."`
	Returns      int       `toml:"returns" default:"2" min:"0" max:"9" doc:"Returns of one order, then a leader assigns it for good."`
	WordDays     int       `toml:"word_days" default:"5" min:"1" max:"60" doc:"Days in which the citizen may say whether the answer helped."`
}

// checkOrders reports wrong hours and clerks of orders.
func (h *Hall) checkOrders(r *Report) {
	if h.Orders.Close <= h.Orders.Open {
		r.Add("orders.close", "%s is not after open, use a later time", h.Orders.Close)
	}
	for i, c := range h.Clerks {
		if (c.Orders == "unit") != (c.Unit != "") {
			r.Add(fmt.Sprintf("clerks.%d.unit", i), "goes with orders = \"unit\", give both or none")
		}
	}
}
