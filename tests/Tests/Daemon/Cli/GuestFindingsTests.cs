using NodeAgent.Daemon.Cli.Doctors;
using NodeAgent.Linux.Services;
using NodeAgent.Tests.Linux.Services;

namespace NodeAgent.Tests.Daemon.Cli;

[TestClass]
public sealed class GuestFindingsTests
{
    [TestMethod]
    [DataRow("qm", "virtual machine 101", "vm:101")]
    [DataRow("pct", "container 101", "ct:101")]
    public async Task A_guest_that_Proxmox_starts_by_itself_is_found(string tool, string name, string id)
    {
        using var proxmox = new ProxmoxStandIn();
        proxmox.Manage("[]");
        proxmox.Add(tool, 101, "stopped");
        Assert.AreEqual(DoctorVerdict.Ok, (await LookAsync(proxmox, tool)).Verdict);

        proxmox.Manage($$"""[{"sid":"{{id}}","state":"started","type":"vm"},{"sid":"vm:7"}]""");
        var managed = await LookAsync(proxmox, tool);
        Assert.AreEqual((name, DoctorVerdict.Failed, $"ha-manager remove {id}"), (managed.Subject, managed.Verdict, managed.Remedy));

        proxmox.Put(tool, 101, "onboot");
        var booted = await LookAsync(proxmox, tool);
        Assert.AreEqual((name, DoctorVerdict.Failed, $"{tool} set 101 --onboot 0"), (booted.Subject, booted.Verdict, booted.Remedy));
    }

    [TestMethod]
    [DataRow("", DisplayName = "nothing")]
    [DataRow("no json", DisplayName = "no JSON")]
    [DataRow("{\"sid\":1}", DisplayName = "other JSON")]
    public async Task What_the_HA_manager_does_not_tell_is_not_called_well(string told)
    {
        using var proxmox = new ProxmoxStandIn();
        proxmox.Manage(told);
        proxmox.Add("qm", 101, "stopped");
        Assert.AreEqual(DoctorVerdict.Skipped, (await LookAsync(proxmox, "qm")).Verdict);
    }

    [TestMethod]
    public async Task A_guest_that_this_node_does_not_know_is_not_called_well()
    {
        using var proxmox = new ProxmoxStandIn();
        proxmox.Manage("[]");
        Assert.AreEqual(DoctorVerdict.Skipped, (await LookAsync(proxmox, "qm")).Verdict);
    }

    [TestMethod]
    public async Task A_guest_whose_configuration_is_on_another_node_is_judged_by_it()
    {
        using var proxmox = new ProxmoxClusterStandIn();
        proxmox.Configure("n1", "qm", 101, "memory: 512\n");
        Assert.AreEqual(DoctorVerdict.Ok, (await LookAsync(proxmox, "qm")).Single().Verdict);
        proxmox.Configure("n1", "qm", 101, "onboot: 1\n");
        Assert.AreEqual(("boot", DoctorVerdict.Failed), ((await LookAsync(proxmox, "qm")).Single() is var found ? (found.Check, found.Verdict) : default));
    }

    [TestMethod]
    public async Task A_guest_that_cannot_start_here_is_found()
    {
        using var proxmox = new ProxmoxClusterStandIn();
        var nowhere = (await LookAsync(proxmox, "pct")).Single();
        Assert.AreEqual(("guest", "container 101", DoctorVerdict.Failed), (nowhere.Check, nowhere.Subject, nowhere.Verdict));
        StringAssert.Contains(nowhere.Reason, "no node of the cluster of Proxmox");

        proxmox.StandAlone();
        var alone = (await LookAsync(proxmox, "pct")).Single();
        StringAssert.Contains(alone.Reason, "in no cluster of Proxmox");
        StringAssert.Contains(alone.Remedy, "101.conf");
    }

    [TestMethod]
    public async Task What_keeps_a_guest_from_starting_elsewhere_is_named()
    {
        using var proxmox = new ProxmoxClusterStandIn();
        proxmox.Storages("dir: local\n\tpath /var/lib/vz\n");
        proxmox.Configure("n2", "qm", 101, "hostpci0: 0000:01:00.0\nide2: local:iso/a.iso,media=cdrom\nscsi0: tank:vm-101-disk-0\n");
        var found = (await LookAsync(proxmox, "qm"))[1];
        Assert.AreEqual(("guest", DoctorVerdict.Warning), (found.Check, found.Verdict));
        StringAssert.Contains(found.Reason, "hostpci0 (0000:01:00.0), ide2 (local:iso/a.iso,media=cdrom)");
    }

    [TestMethod]
    public async Task A_node_that_does_not_tell_how_its_guest_is_is_found_before_a_move_is_refused_for_it()
    {
        using var proxmox = new ProxmoxClusterStandIn();
        proxmox.Configure("n1", "qm", 101, "");
        proxmox.BreakPvesh("exit 255");
        var found = (await LookAsync(proxmox, "qm"))[1];
        Assert.AreEqual(("guest", DoctorVerdict.Warning), (found.Check, found.Verdict));
        StringAssert.Contains(found.Remedy, "pvesh get /nodes/n1/qemu/101/status/current");

        proxmox.Say("n2", "n3");
        Assert.HasCount(1, await LookAsync(proxmox, "qm"), "one that is off is not asked");
    }

    [TestMethod]
    public async Task A_node_that_Proxmox_calls_otherwise_is_found()
    {
        using var proxmox = new ProxmoxClusterStandIn();
        proxmox.Configure("n2", "qm", 101, "");
        var found = (await LookAsync(proxmox, "qm", self: "alpha"))[1];
        Assert.AreEqual(("guest", DoctorVerdict.Failed), (found.Check, found.Verdict));
        StringAssert.Contains(found.Reason, "Proxmox calls this node n2, the agents call it alpha");
    }

    private static async Task<DoctorFinding> LookAsync(ProxmoxStandIn proxmox, string tool) =>
        (await new GuestFindings(proxmox.Commands, "n1", TimeProvider.System) { Tree = new ProxmoxTree("/nonexistent") }.LookAsync([(tool, "101")], CancellationToken.None)).Single();

    private static Task<IReadOnlyList<DoctorFinding>> LookAsync(ProxmoxClusterStandIn proxmox, string tool, string self = "n2") =>
        new GuestFindings(proxmox.CommandsOf("n2"), self, TimeProvider.System) { Tree = proxmox.Tree }.LookAsync([(tool, "101")], CancellationToken.None);
}
