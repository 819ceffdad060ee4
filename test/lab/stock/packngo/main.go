// Command packngo drives a facility with the stock Packet client, unmodified, and prints what it saw as JSON.
//
//	packngo order | show DEVICE | await DEVICE | delete DEVICE | tour | metadata ADDRESS
//
// FACILITY_URL is a base address that ends with a slash, FACILITY_TOKEN and FACILITY_PROJECT say who asks. Metadata
// is asked for at METADATA_URL from ADDRESS, one of this computer's.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/packethost/packngo"
)

// patience is how long a device may take from one state to the next.
const patience = 3 * time.Minute

// a report is one JSON object of the output.
type report = map[string]any

type caller struct {
	*packngo.Client
	project string
}

func main() {
	arguments := os.Args[1:]
	if len(arguments) == 0 {
		fail(errors.New("usage: packngo order | show DEVICE | await DEVICE | delete DEVICE | tour | metadata ADDRESS"))
	}
	client, err := packngo.NewClientWithBaseURL("vent", os.Getenv("FACILITY_TOKEN"), nil, os.Getenv("FACILITY_URL"))
	if err != nil {
		fail(err)
	}
	output := run(&caller{client, os.Getenv("FACILITY_PROJECT")}, arguments)
	if err := json.NewEncoder(os.Stdout).Encode(output); err != nil {
		fail(err)
	}
}

func run(c *caller, arguments []string) any {
	switch arguments[0] {
	case "order":
		return show(c.order("alone", nil))
	case "show":
		return show(c.get(arguments[1]))
	case "await":
		return show(c.await(arguments[1], "active"))
	case "delete":
		if _, err := c.Devices.Delete(arguments[1], false); err != nil {
			return refusal(nil, err)
		}
		c.awaitGone(arguments[1])
		return report{"id": arguments[1], "state": "gone"}
	case "metadata":
		return readMetadata(os.Getenv("METADATA_URL"), arguments[1])
	case "tour":
		return c.tour()
	}
	fail(fmt.Errorf("unknown command %s", arguments[0]))
	return nil
}

func (c *caller) tour() report {
	// In this order: what is sold, one device's life, refusals, then many devices at once.
	return merge(c.catalogue(), c.market(), c.life(), c.refusals(), c.spot(), c.batch(), c.pages())
}

func merge(parts ...report) report {
	whole := report{}
	for _, part := range parts {
		for name, value := range part {
			whole[name] = value
		}
	}
	return whole
}

func (c *caller) request(hostname string) *packngo.DeviceCreateRequest {
	return &packngo.DeviceCreateRequest{
		Hostname:     hostname,
		Plan:         "c2.medium.x86",
		Facility:     []string{"ewr1"},
		OS:           "debian_12",
		BillingCycle: "hourly",
		ProjectID:    c.project,
		UserData:     "#!/bin/sh\necho from packngo\n",
	}
}

func (c *caller) order(hostname string, change func(*packngo.DeviceCreateRequest)) *packngo.Device {
	request := c.request(hostname)
	if change != nil {
		change(request)
	}
	device, _, err := c.Devices.Create(request)
	check(err)
	return device
}

func (c *caller) get(id string) *packngo.Device {
	device, _, err := c.Devices.Get(id, nil)
	check(err)
	return device
}

func (c *caller) await(id string, state string) *packngo.Device {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if device := c.get(id); device.State == state {
			return device
		}
	}
	fail(fmt.Errorf("device %s is %s and never %s", id, c.get(id).State, state))
	return nil
}

func (c *caller) awaitGone(id string) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, _, err := c.Devices.Get(id, nil); err != nil {
			if refusal(nil, err)["status"] != http.StatusNotFound {
				fail(err)
			}
			return
		}
	}
	fail(fmt.Errorf("device %s is never gone", id))
}

func show(device *packngo.Device) report {
	network := device.GetNetworkInfo()
	events := []string{}
	for _, event := range device.ProvisionEvents {
		if event.ID != "" {
			events = append(events, event.Type)
		}
	}
	return report{
		"id": device.ID, "shortId": device.ShortID, "href": device.Href, "hostname": device.Hostname,
		"state": device.State, "tags": device.Tags, "description": device.Description, "locked": device.Locked,
		"plan": device.Plan.Slug, "os": device.OS.Slug, "facility": device.Facility.Code, "metro": device.Metro.Code,
		"userdata": device.UserData, "customdata": device.CustomData, "network": device.GetNetworkType(),
		"public4": network.PublicIPv4, "private4": network.PrivateIPv4, "public6": network.PublicIPv6,
		"spot": device.SpotInstance, "bid": device.SpotPriceMax, "termination": device.TerminationTime, "events": events,
	}
}

// refusal is the status and the reasons that the client read from an error's answer.
func refusal(_ any, err error) report {
	var answer *packngo.ErrorResponse
	if !errors.As(err, &answer) {
		fail(fmt.Errorf("not a refusal: %w", err))
	}
	return report{"status": answer.Response.StatusCode, "errors": answer.Errors, "error": answer.SingleError}
}

func need(_ any, err error) { check(err) }

func check(err error) {
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
