package main

import (
	"time"

	"github.com/packethost/packngo"
)

// many is more devices than fit on two of the facility's pages.
const many = 25

// catalogue reads what never changes.
func (c *caller) catalogue() report {
	plans, _, err := c.Plans.List(nil)
	check(err)
	ofProject, _, err := c.Plans.ProjectList(c.project, nil)
	check(err)
	systems, _, err := c.OperatingSystems.List()
	check(err)
	facilities, _, err := c.Facilities.List(nil)
	check(err)
	metros, _, err := c.Metros.List(nil)
	check(err)
	project, _, err := c.Projects.Get(c.project, nil)
	check(err)
	hours := map[string]float32{}
	for _, plan := range plans {
		hours[plan.Slug] = plan.Pricing.Hour
	}
	return report{
		"plans": hours, "projectPlans": len(ofProject), "project": project.Name,
		"systems":    names(systems, func(system packngo.OS) string { return system.Slug }),
		"facilities": names(facilities, func(facility packngo.Facility) string { return facility.Code }),
		"metros":     names(metros, func(metro packngo.Metro) string { return metro.Code }),
	}
}

// market reads prices and what is left.
func (c *caller) market() report {
	byFacility, _, err := c.SpotMarket.PricesByFacility()
	check(err)
	byMetro, _, err := c.SpotMarket.PricesByMetro()
	check(err)
	levels, _, err := c.CapacityService.List()
	check(err)
	metroLevels, _, err := c.CapacityService.ListMetros()
	check(err)
	asked := &packngo.CapacityInput{Servers: []packngo.ServerInfo{
		{Facility: "ewr1", Plan: "c2.medium.x86", Quantity: 2},
		{Facility: "ewr1", Plan: "c2.medium.x86", Quantity: 100000},
		{Facility: "ams1", Plan: "c2.medium.x86", Quantity: 1},
	}}
	answer, _, err := c.CapacityService.Check(asked)
	check(err)
	inMetro, _, err := c.CapacityService.CheckMetros(&packngo.CapacityInput{Servers: []packngo.ServerInfo{
		{Metro: "ny", Plan: "c2.medium.x86", Quantity: 1},
	}})
	check(err)
	available := func(server packngo.ServerInfo) bool { return server.Available }
	return report{
		"prices": byFacility, "metroPrices": byMetro, "levels": levels, "metroLevels": metroLevels,
		"fits": names(answer.Servers, available), "fitsMetro": names(inMetro.Servers, available),
	}
}

// life leads one device from its order to its end.
func (c *caller) life() report {
	created := c.order("life", func(request *packngo.DeviceCreateRequest) {
		request.Tags = []string{"first", "second"}
		request.Description = "ordered by packngo"
		request.CustomData = `{"role":"worker"}`
	})
	active := c.await(created.ID, "active")

	hostname, description, tags, data := "renamed", "changed", []string{"third"}, `{"role":"none"}`
	updated, _, err := c.Devices.Update(created.ID, &packngo.DeviceUpdateRequest{
		Hostname: &hostname, Description: &description, Tags: &tags, CustomData: &data,
	})
	check(err)

	need(c.Devices.Lock(created.ID))
	locked := c.get(created.ID)
	lockedDelete := refusal(c.Devices.Delete(created.ID, false))
	lockedReboot := refusal(c.Devices.Reboot(created.ID))
	need(c.Devices.Unlock(created.ID))

	need(c.Devices.Reboot(created.ID))
	need(c.Devices.PowerOff(created.ID))
	off := c.await(created.ID, "inactive")
	offReboot := refusal(c.Devices.Reboot(created.ID))
	need(c.Devices.PowerOn(created.ID))
	on := c.await(created.ID, "active")
	need(c.Devices.Reinstall(created.ID, &packngo.DeviceReinstallFields{OperatingSystem: "debian_12"}))
	reinstalled := c.await(created.ID, "active")

	wide, _, err := c.Devices.Get(created.ID, (&packngo.GetOptions{}).Including("project"))
	check(err)
	events, _, err := c.Devices.ListEvents(created.ID, nil)
	check(err)
	event, _, err := c.Events.Get(events[0].ID, nil)
	check(err)
	ofProject, _, err := c.Projects.ListEvents(c.project, &packngo.ListOptions{PerPage: 7})
	check(err)

	need(c.Devices.Delete(created.ID, false))
	c.awaitGone(created.ID)
	return report{
		"created": show(created), "active": show(active), "updated": show(updated), "locked": locked.Locked,
		"lockedDelete": lockedDelete, "lockedReboot": lockedReboot, "off": off.State, "offReboot": offReboot,
		"on": on.State, "reinstalled": reinstalled.State, "projectName": wide.Project.Name, "event": event.Type,
		"deviceEvents":  names(events, func(event packngo.Event) string { return event.Type }),
		"projectEvents": len(ofProject), "gone": refusal(get(c, created.ID)),
	}
}

// refusals are create calls that must not be obeyed, and two that are about something else.
func (c *caller) refusals() report {
	refused := func(change func(*packngo.DeviceCreateRequest)) report {
		request := c.request("refused")
		change(request)
		device, _, err := c.Devices.Create(request)
		return refusal(device, err)
	}
	past := &packngo.Timestamp{Time: time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)}
	stranger, err := packngo.NewClientWithBaseURL("vent", "not-the-token", nil, c.BaseURL.String())
	check(err)
	return report{"refusals": report{
		"plan":        refused(func(request *packngo.DeviceCreateRequest) { request.Plan = "no.such.plan" }),
		"noPlan":      refused(func(request *packngo.DeviceCreateRequest) { request.Plan = "" }),
		"system":      refused(func(request *packngo.DeviceCreateRequest) { request.OS = "plan_9" }),
		"facility":    refused(func(request *packngo.DeviceCreateRequest) { request.Facility = []string{"ny5"} }),
		"noFacility":  refused(func(request *packngo.DeviceCreateRequest) { request.Facility = nil }),
		"soldOut":     refused(func(request *packngo.DeviceCreateRequest) { request.Facility = []string{"ams1"} }),
		"metro":       refused(func(request *packngo.DeviceCreateRequest) { request.Facility, request.Metro = nil, "am" }),
		"hostname":    refused(func(request *packngo.DeviceCreateRequest) { request.Hostname = "under_score" }),
		"termination": refused(func(request *packngo.DeviceCreateRequest) { request.TerminationTime = past }),
		"bid": refused(func(request *packngo.DeviceCreateRequest) {
			request.SpotInstance, request.SpotPriceMax = true, 0.01
		}),
		"stranger": refusal(get(&caller{stranger, c.project}, c.project)),
		"missing":  refusal(get(c, c.project)),
	}}
}

// spot bids for one device, and for two by a request.
func (c *caller) spot() report {
	end := time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC)
	device := c.order("bid", func(request *packngo.DeviceCreateRequest) {
		request.SpotInstance, request.SpotPriceMax = true, 0.3
		request.TerminationTime = &packngo.Timestamp{Time: end}
	})
	c.await(device.ID, "active")
	bid := &packngo.SpotMarketRequestCreateRequest{
		DevicesMin: 1, DevicesMax: 2, MaxBidPrice: 0.301, FacilityIDs: []string{"ewr1"},
		Parameters: packngo.SpotMarketRequestInstanceParameters{
			Plan: "c2.medium.x86", OperatingSystem: "debian_12", BillingCycle: "hourly", Hostname: "asked",
		},
	}
	made, _, err := c.SpotMarketRequests.Create(bid, c.project)
	check(err)
	bid.Parameters.Plan = "no.such.plan"
	_, _, refused := c.SpotMarketRequests.Create(bid, c.project)
	read, _, err := c.SpotMarketRequests.Get(made.ID, (&packngo.GetOptions{}).Including("devices"))
	check(err)
	listed, _, err := c.SpotMarketRequests.List(c.project, nil)
	check(err)
	need(c.SpotMarketRequests.Delete(made.ID, true))
	for _, each := range made.Devices {
		c.awaitGone(each.ID)
	}
	need(c.Devices.Delete(device.ID, true))
	c.awaitGone(device.ID)
	return report{
		"spot": show(device), "bidPrice": made.MaxBidPrice, "bidPlan": made.Plan.Slug, "bidRequests": len(listed),
		"bidRefused": refusal(nil, refused),
		"bidDevices": names(read.Devices, func(device packngo.Device) bool { return device.SpotInstance }),
	}
}

// batch makes three devices by one call and takes them away by another.
func (c *caller) batch() report {
	made, _, err := c.Batches.Create(c.project, &packngo.BatchCreateRequest{Batches: []packngo.BatchCreateDevice{
		{DeviceCreateRequest: *c.request("batch-{{index}}"), Quantity: 3},
	}})
	check(err)
	read, _, err := c.Batches.Get(made[0].ID, (&packngo.GetOptions{}).Including("devices"))
	check(err)
	listed, _, err := c.Batches.List(c.project, nil)
	check(err)
	for _, device := range read.Devices {
		c.await(device.ID, "active")
	}
	need(c.Batches.Delete(made[0].ID, true))
	for _, device := range read.Devices {
		c.awaitGone(device.ID)
	}
	hostname := func(device packngo.Device) string { return device.Hostname }
	return report{"batchState": made[0].State, "batches": len(listed), "batchDevices": names(read.Devices, hostname)}
}

// pages orders many devices and reads them page by page.
func (c *caller) pages() report {
	request := c.request("page-{{index}}")
	request.Tags = []string{"page"}
	made, _, err := c.Batches.Create(c.project, &packngo.BatchCreateRequest{Batches: []packngo.BatchCreateDevice{
		{DeviceCreateRequest: *request, Quantity: many},
	}})
	check(err)
	list := func(options *packngo.ListOptions) []string {
		devices, _, err := c.Devices.List(c.project, options)
		check(err)
		return names(devices, func(device packngo.Device) string { return device.Hostname })
	}
	tagged := (&packngo.ListOptions{}).Filter("tag", "page")
	output := report{
		"all": list(nil), "bySeven": list(&packngo.ListOptions{PerPage: 7}), "tagged": list(tagged),
		"second": list(&packngo.ListOptions{Page: 2}), "search": list(&packngo.ListOptions{Search: "page-07"}),
	}
	for _, device := range made[0].Devices {
		id := device.Href[len(device.Href)-36:]
		c.await(id, "active")
		need(c.Devices.Delete(id, false))
		c.awaitGone(id)
	}
	output["left"] = list(nil)
	return report{"pages": output}
}

func get(c *caller, id string) (any, error) {
	device, _, err := c.Devices.Get(id, nil)
	return device, err
}

func names[Item any, Name any](items []Item, name func(Item) Name) []Name {
	found := make([]Name, 0, len(items))
	for _, item := range items {
		found = append(found, name(item))
	}
	return found
}
