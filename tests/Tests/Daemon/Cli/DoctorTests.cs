using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Cli;
using NodeAgent.Daemon.Cli.Doctors;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Status;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>What the doctor finds.</summary>
[TestClass]
public sealed class DoctorTests
{
    [TestMethod]
    public void An_agent_in_order_has_no_complaint()
    {
        var findings = AgentFindings.Of(Samples.Self).Concat(PeerFindings.Of(Samples.Self)).ToList();
        Assert.IsTrue(findings.All(finding => finding.Verdict == DoctorVerdict.Ok), string.Join('\n', findings));
        Assert.HasCount(8, findings);
    }

    [TestMethod]
    [DataRow(300, DoctorVerdict.Ok)]
    [DataRow(13, DoctorVerdict.Warning)]
    [DataRow(2, DoctorVerdict.Failed)]
    [DataRow(-1, DoctorVerdict.Failed)]
    public void A_certificate_is_told_before_it_ends(int days, object expected) =>
        Assert.AreEqual(expected, Of(Samples.Self with { CertificateEnd = Samples.Now.AddDays(days) }, "certificate").Verdict);

    [TestMethod]
    public void No_cluster_means_no_certificate() =>
        Assert.AreEqual(DoctorVerdict.Skipped, Of(Samples.Self with { CertificateEnd = null }, "certificate").Verdict);

    [TestMethod]
    [DataRow(0.2, DoctorVerdict.Ok)]
    [DataRow(-1.5, DoctorVerdict.Warning)]
    [DataRow(61.0, DoctorVerdict.Failed)]
    public void Clock_skew_is_told(double seconds, object expected)
    {
        var self = Samples.Self with { Peers = [Samples.Self.Peers[0] with { SkewSeconds = seconds }] };
        Assert.AreEqual(expected, Of(self, "clock").Verdict);
    }

    [TestMethod]
    public void A_path_that_is_down_is_a_warning_while_another_is_up_and_a_failure_alone()
    {
        var peer = Samples.Self.Peers[0];
        var down = peer with { Paths = [peer.Paths[0] with { IsUp = false }, peer.Paths[1]] };
        Assert.AreEqual(DoctorVerdict.Warning, Of(Samples.Self with { Peers = [down] }, "peer").Verdict);
        Assert.AreEqual(DoctorVerdict.Failed, Of(Samples.Self with { Peers = [down with { Reachable = Answer.No }] }, "peer").Verdict);
    }

    [TestMethod]
    public void A_stuck_command_is_a_failure_that_names_its_process()
    {
        var finding = Of(Samples.Self with { StuckCommands = [new StuckCommand("zpool", "list", 4711, Samples.Now.AddMinutes(-3))] }, "commands");
        Assert.AreEqual(DoctorVerdict.Failed, finding.Verdict);
        StringAssert.Contains(finding.Reason, "process 4711 (zpool list) for 3 m");
    }

    [TestMethod]
    [DataRow(14, DoctorVerdict.Ok)]
    [DataRow(16, DoctorVerdict.Warning)]
    public void An_old_operation_is_told(int minutes, object expected)
    {
        var open = new OperationLine("1", "replicate", "tank:db to n2", "send", Samples.Now.AddMinutes(-minutes), Samples.Now, null, 1, null, null);
        Assert.AreEqual(expected, Of(Samples.Self with { OpenOperations = [open] }, "operations").Verdict);
    }

    [TestMethod]
    public void A_needed_restart_is_told() =>
        Assert.AreEqual("systemctl restart nodeagent", Of(Samples.Self with { RestartRequired = "0.9" }, "version").Remedy);

    [TestMethod]
    public void State_that_others_can_read_is_a_failure()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["cluster"]);
        File.SetUnixFileMode(folder["cluster"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(folder["cluster/node.pem"], "key");
        File.SetUnixFileMode(folder["cluster/node.pem"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.AreEqual(DoctorVerdict.Ok, StateFindings.Of(folder.Path).Single(finding => finding.Check == "permissions").Verdict);
        File.SetUnixFileMode(folder["cluster/node.pem"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var finding = StateFindings.Of(folder.Path).Single(finding => finding.Check == "permissions");
        Assert.AreEqual(DoctorVerdict.Failed, finding.Verdict);
        Assert.AreEqual(folder["cluster/node.pem"], finding.Subject);
    }

    [TestMethod]
    [DataRow("ActiveState=active\nUnitFileState=enabled\nLoadState=loaded\nNRestarts=0", DoctorVerdict.Ok)]
    [DataRow("ActiveState=active\nUnitFileState=disabled\nLoadState=loaded\nNRestarts=0", DoctorVerdict.Warning)]
    [DataRow("ActiveState=active\nUnitFileState=enabled\nLoadState=loaded\nNRestarts=3", DoctorVerdict.Warning)]
    [DataRow("ActiveState=failed\nUnitFileState=enabled\nLoadState=loaded\nResult=exit-code", DoctorVerdict.Failed)]
    [DataRow("ActiveState=inactive\nLoadState=not-found", DoctorVerdict.Skipped)]
    public async Task The_systemd_unit_is_judged(string shown, object expected)
    {
        var findings = await new SystemdFindings(new FakeCommands(shown)).LookAsync(CancellationToken.None);
        Assert.AreEqual(expected, findings.Single(finding => finding.Check == "systemd").Verdict);
    }

    [TestMethod]
    [DataRow("enabled", DoctorVerdict.Failed)]
    [DataRow("enabled-runtime", DoctorVerdict.Failed)]
    [DataRow("disabled", DoctorVerdict.Ok)]
    [DataRow("static", DoctorVerdict.Ok)]
    [DataRow("", DoctorVerdict.Ok)]
    public async Task A_part_of_a_service_that_systemd_starts_at_boot_is_found(string state, object expected)
    {
        var findings = await new SystemdFindings(new FakeCommands($"LoadState=loaded\nUnitFileState={state}")).LookAtPartsAsync(["db.service"], CancellationToken.None);
        Assert.AreEqual(("boot", "db.service", expected), (findings.Single().Check, findings.Single().Subject, findings.Single().Verdict));
    }

    [TestMethod]
    public async Task Sleep_targets_that_are_open_are_told_with_the_command_that_closes_them()
    {
        var open = await new SystemdFindings(new FakeCommands("LoadState=loaded\nActiveState=inactive")).LookAsync(CancellationToken.None);
        StringAssert.StartsWith(open.Single(finding => finding.Check == "sleep").Remedy, "systemctl mask sleep.target suspend.target");
        var masked = await new SystemdFindings(new FakeCommands("LoadState=masked\nActiveState=active")).LookAsync(CancellationToken.None);
        Assert.AreEqual(DoctorVerdict.Ok, masked.Single(finding => finding.Check == "sleep").Verdict);
    }

    [TestMethod]
    public async Task Without_an_agent_the_rest_is_still_looked_at()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["nodeagent.yaml"], $"node: {{ name: n1 }}\nstate: {folder.Path}\nplugins: {{ path: {folder["plugins"]} }}\n");
        var run = await CliRun.RunAsync("doctor", "--socket", "/nowhere", "--config", folder["nodeagent.yaml"], "-o", "json");
        Assert.AreEqual(ExitCode.Critical, run.Code);
        using var json = JsonDocument.Parse(run.Output);
        var checks = json.RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("check").GetString()).ToHashSet();
        foreach (var check in (string[])["agent", "version", "certificate", "commands", "operations", "config", "plugin", "peers", "backend", "watchdog", "fencing", "disk", "permissions", "systemd", "sleep"])
        {
            Assert.Contains(check, checks);
        }
    }

    [TestMethod]
    public async Task The_configuration_that_the_agent_runs_with_is_looked_at_and_another_only_if_named()
    {
        await using var agent = await FakeAgent.StartAsync();
        using var folder = new TempFolder();
        File.WriteAllText(folder["odd.yaml"], "nod: 1\n");
        File.WriteAllText(folder["good.yaml"], $"node: {{ name: n1 }}\nstate: {folder.Path}\nplugins: {{ path: {folder["plugins"]} }}\n");
        agent.Self = Samples.Self with { Configuration = new ConfigPlace(folder["odd.yaml"], folder["odd.d"]) };
        StringAssert.Contains((await agent.RunAsync("doctor")).Output, folder["odd.yaml"]);
        var other = (await agent.RunAsync("doctor", "--config", folder["good.yaml"])).Output;
        StringAssert.Contains(other, folder["good.yaml"]);
        Assert.IsFalse(other.Contains(folder["odd.yaml"], StringComparison.Ordinal), other);
    }

    [TestMethod]
    public async Task A_watchdog_that_proves_nothing_and_a_fence_device_that_is_dead_are_told_before_they_are_needed()
    {
        await using var agent = await FakeAgent.StartAsync();
        using var folder = new TempFolder();
        File.WriteAllText(folder["nodeagent.yaml"], $"node: {{ name: n1 }}\nstate: {folder.Path}\nplugins: {{ path: {folder["plugins"]} }}\n");
        agent.Safeguards = new SafeguardReport(
            IsNeeded: true, new SafeguardLine("n1", "there is no watchdog", "Load its driver."), CanBeFenced: false,
            [new SafeguardLine("n2", "fence device n2-board does not answer", "Check its address."), new SafeguardLine("n3", null, "")]);
        var run = await agent.RunAsync("doctor", "--config", folder["nodeagent.yaml"], "-o", "json");
        using var json = JsonDocument.Parse(run.Output);
        var findings = json.RootElement.GetProperty("findings").EnumerateArray().Where(finding => finding.GetProperty("check").GetString() is "watchdog" or "fencing")
            .Select(finding => $"{finding.GetProperty("subject")} {finding.GetProperty("verdict")}: {finding.GetProperty("reason")}").ToList();
        CollectionAssert.AreEqual(
            (string[])
            [
                "n1 failed: if this node dies its services wait for an operator: there is no watchdog",
                "n2 failed: fence device n2-board does not answer",
                "n3 ok: its fence devices answer, and say that it is on",
            ],
            findings);
    }

    [TestMethod]
    public async Task What_a_plugin_found_in_its_storage_is_told_remark_by_remark()
    {
        await using var agent = await FakeAgent.StartAsync();
        using var folder = new TempFolder();
        File.WriteAllText(folder["nodeagent.yaml"], $"node: {{ name: n1 }}\nstate: {folder.Path}\nplugins: {{ path: {folder["plugins"]} }}\n");
        var good = new BackendLine(new BackendId("tank"), "zfs", "ready", HealthLevel.Ok, "zfs 2.3.9", ["not told: all is well"], [], Samples.Now);
        agent.Report = Samples.Report with
        {
            Backends =
            [
                good,
                good with { Id = new BackendId("mirror"), Health = HealthLevel.Degraded, Remarks = ["A boot would import it.", "Proxmox would import it."] },
                good with { Id = new BackendId("broken"), Health = HealthLevel.Failed, Remarks = [] },
                good with { Id = new BackendId("shut"), State = "quarantined", Remarks = ["It hung three times."] },
            ],
        };
        var run = await agent.RunAsync("doctor", "--config", folder["nodeagent.yaml"], "-o", "json");
        using var json = JsonDocument.Parse(run.Output);
        var findings = json.RootElement.GetProperty("findings").EnumerateArray().Where(finding => finding.GetProperty("check").GetString() == "backend")
            .Select(finding => $"{finding.GetProperty("subject")} {finding.GetProperty("verdict")}: {finding.GetProperty("reason")}").ToList();
        CollectionAssert.AreEqual(
            (string[])
            [
                "tank ok: zfs, zfs 2.3.9",
                "mirror warning: A boot would import it.",
                "mirror warning: Proxmox would import it.",
                "broken failed: is ready, health failed",
                "shut failed: It hung three times.",
            ],
            findings);
    }

    [TestMethod]
    public void A_node_whose_power_can_be_cut_is_only_warned_of_without_a_watchdog()
    {
        var report = new SafeguardReport(IsNeeded: true, new SafeguardLine("n1", "there is no watchdog", "Load its driver."), CanBeFenced: true, []);
        Assert.AreEqual(DoctorVerdict.Warning, SafeguardFindings.Of(report).Max(finding => finding.Verdict));
        var idle = new SafeguardReport(IsNeeded: false, null, CanBeFenced: false, []);
        Assert.AreEqual(DoctorVerdict.Skipped, SafeguardFindings.Of(idle).Max(finding => finding.Verdict));
    }

    [TestMethod]
    public async Task The_table_gives_remedies_and_a_sum()
    {
        await using var agent = await FakeAgent.StartAsync();
        using var folder = new TempFolder();
        File.WriteAllText(folder["nodeagent.yaml"], $"nod: 1\nstate: {folder["state"]}\n");
        var run = await agent.RunAsync("doctor", "--config", folder["nodeagent.yaml"]);
        Assert.AreEqual(ExitCode.Critical, run.Code);
        StringAssert.Contains(run.Output, "-> nodeagent config check");
        StringAssert.Contains(run.Output, "1 failed");
    }

    private static DoctorFinding Of(SelfReport self, string check) =>
        AgentFindings.Of(self).Concat(PeerFindings.Of(self)).Where(finding => finding.Check == check).MaxBy(finding => finding.Verdict)!;
}
