using NodeAgent.Daemon.Cli.Doctors;
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

    private static async Task<DoctorFinding> LookAsync(ProxmoxStandIn proxmox, string tool) =>
        (await new GuestFindings(proxmox.Commands).LookAsync([(tool, "101")], CancellationToken.None)).Single();
}
