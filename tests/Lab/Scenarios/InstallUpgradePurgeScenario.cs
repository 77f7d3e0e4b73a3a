using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The .deb on machines that never saw it: install, idle, upgrade under replication, hang, remove, purge.</summary>
public sealed class InstallUpgradePurgeScenario : ClusterScenario
{
    private const string Unit = "db";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan CopyLimit = TimeSpan.FromMinutes(2);

    // 30 s without a sign of life, then the restart; emulation stretches the latter.
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(150);

    public override string Name => "install-upgrade-purge";

    public override string About => "the package on clean machines: install, idle, upgrade under replication, hang, bad configuration, remove, purge";

    public override Task TakeNodesAsync(Stage stage, CancellationToken cancel) => stage.Cluster.UpAsync(2, cancel);

    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        IReadOnlyList<LabNode> nodes = [stage[1], stage[2]];
        var clean = await stage[1].ExpectAsync(Traces, cancel: cancel);
        await InstallAsync(stage, stage[1], cancel);
        await Formation.FormAsync(stage.Package!, nodes, cancel);
        await CreateAsync(stage, Unit, "5s", cancel, 2);
        await NextCopyAsync(stage[1], Unit, "node2", null, CopyLimit, cancel);
        await UpgradeAsync(stage, cancel);
        await HangAsync(stage, stage[1], cancel);
        await BadConfigurationAsync(stage, stage[1], cancel);
        await PurgeAsync(stage, stage[1], clean, cancel);
    }

    private static async Task InstallAsync(Stage stage, LabNode node, CancellationToken cancel)
    {
        await Formation.InstallAsync(stage.Package!, node, cancel);
        await node.UntilAsync("agent is active", "systemctl is-active nodeagent", CopyLimit, cancel);
        // A package without configuration must change nothing on the machine.
        await node.ExpectAsync($"{StatusView.Command} | jq -e '.verdict == \"ok\" and (.units | length) == 0'", cancel: cancel);
        await node.ExpectAsync("! ss -Hltn | grep -v 127.0.0.1 | grep -E ':(7400|9440)\\b' && ! zpool list -H | grep .", cancel: cancel);
        await node.ExpectAsync("nodeagent version && nodeagent config check && dpkg --audit && dpkg -V nodeagent", Limit, cancel);
        // The journal knows the lines' values as fields, and the lines as those of the unit.
        await node.ExpectAsync("test \"$(journalctl -u nodeagent NODEAGENT_NODE=$(hostname) SYSLOG_IDENTIFIER=nodeagent -o json | jq -r 'select(.MESSAGE | contains(\" is ready;\")).NODEAGENT_METHODS' | tail -1)\" -gt 0", cancel: cancel);
        await node.ExpectAsync("rm -rf /tmp/mine && nodeagent plugin new mine --dir /tmp/mine && ls /tmp/mine/packages/NodeAgent.C*.nupkg", cancel: cancel);
        stage.Note($"memory at rest {await node.ExpectAsync("awk '/VmRSS/ { print int($2/1024) }' /proc/$(systemctl show -P MainPID nodeagent)/status", cancel: cancel)} MiB");
    }

    private static async Task UpgradeAsync(Stage stage, CancellationToken cancel)
    {
        var node = stage[1];
        var next = await SecondVersion.MakeAsync(stage.Package!, cancel);
        await node.CopyToAsync(next, "/root/next.deb", cancel);
        await node.ExpectAsync("echo '# edited by hand' >> /etc/nodeagent/nodeagent.yaml", cancel: cancel);
        var old = await node.ExpectAsync("systemctl show -P MainPID nodeagent", cancel: cancel);
        var before = await StatusView.ReadAsync(node, cancel);
        var cycles = $"nodeagent_replication_cycles_total{{unit=\"tank:{Unit}\",peer=\"node2\"}}";
        var ranBefore = await MetricAsync(node, cycles, cancel);
        await node.ExpectAsync("DEBIAN_FRONTEND=noninteractive dpkg --force-confold -i /root/next.deb", Limit, cancel);
        Stage.Require(await node.ExpectAsync("systemctl show -P MainPID nodeagent", cancel: cancel) == old, "the upgrade restarted the agent by itself");
        await node.ExpectAsync("grep -q 'edited by hand' /etc/nodeagent/nodeagent.yaml", cancel: cancel);
        // The old process goes on with files that are not on disk any more.
        await node.ExpectAsync($"touch {FolderOf(Unit)}/after-upgrade", cancel: cancel);
        await NextCopyAsync(node, Unit, "node2", before.ExpectCopy("tank:" + Unit, "node2").Snapshot, CopyLimit, cancel);
        Stage.Require(await MetricAsync(node, cycles, cancel) > ranBefore, "no cycle ran while and after the files were replaced");
        var told = await StatusView.ReadAsync(node, cancel);
        Stage.Require(told.Problems.Any(text => text.Contains("still runs version", StringComparison.Ordinal)), $"status does not ask for a restart: {told}");

        var last = told.ExpectCopy("tank:" + Unit, "node2").Snapshot;
        var began = stage.Seconds;
        await node.ExpectAsync($"date > {FolderOf(Unit)}/restarted && systemctl restart nodeagent", Limit, cancel);
        var restarted = stage.Seconds - began;
        await NextCopyAsync(node, Unit, "node2", last, CopyLimit, cancel);
        var gap = stage.Seconds - began;
        stage.Note($"upgrade: the old process went on; restart took {restarted:F0} s, next copy {gap:F0} s after it began");
        var after = await StatusView.ReadAsync(node, cancel);
        Stage.Require(after.Problems.All(text => !text.Contains("still runs version", StringComparison.Ordinal)), "status still asks for a restart");
        await node.ExpectAsync("nodeagent cluster members -o json | jq -e 'tostring | contains(\"node2\")'", Limit, cancel);
    }

    private static async Task HangAsync(Stage stage, LabNode node, CancellationToken cancel)
    {
        var hung = await node.ExpectAsync("systemctl show -P MainPID nodeagent && systemctl kill -s STOP nodeagent", cancel: cancel);
        var began = stage.Seconds;
        await node.UntilAsync(
            "a stopped agent is replaced", $"test \"$(systemctl show -P MainPID nodeagent)\" != {hung} && systemctl is-active nodeagent", HangLimit, cancel);
        stage.Note($"a stopped agent was replaced and ready after {stage.Seconds - began:F0} s");
        await Patience.UntilAsync("replication is back", CopyLimit, cancel, async () =>
            (await StatusView.TryReadAsync(node, cancel))?.Copy("tank:" + Unit, "node2") is { Problem: null, State: "inSync" }, TimeSpan.FromSeconds(1));
    }

    private static async Task BadConfigurationAsync(Stage stage, LabNode node, CancellationToken cancel)
    {
        await node.ExpectAsync("printf 'replication:\\n  interval: soon\\n' > /etc/nodeagent/conf.d/zz-bad.yaml", cancel: cancel);
        await node.ExpectAsync("systemctl reload nodeagent && systemctl is-active nodeagent", Limit, cancel);
        var check = await node.RunAsync("nodeagent config check", Limit, cancel);
        Stage.Require(!check.Ok && (check.Output + check.Errors).Contains("zz-bad.yaml", StringComparison.Ordinal), $"config check says {check.Describe()}");
        var start = await node.RunAsync("systemctl restart nodeagent", Limit, cancel);
        var status = await node.ExpectAsync("systemctl show -P ExecMainStatus nodeagent", cancel: cancel);
        var journal = await node.ExpectAsync("journalctl -u nodeagent -n 40 --no-pager", cancel: cancel);
        Stage.Require(!start.Ok && status == "78", $"bad configuration: exit status {status}, not 78");
        Stage.Require(
            journal.Contains("zz-bad.yaml", StringComparison.Ordinal) && journal.Contains("interval", StringComparison.Ordinal) && !journal.Contains("   at NodeAgent", StringComparison.Ordinal),
            "the journal does not name file and field");
        stage.Note("bad configuration: exit 78, file and field named, no restarts");
        await node.ExpectAsync("test \"$(systemctl show -P NRestarts nodeagent)\" -lt 3; rm /etc/nodeagent/conf.d/zz-bad.yaml; systemctl reset-failed nodeagent; systemctl start nodeagent", Limit, cancel);
    }

    private static async Task PurgeAsync(Stage stage, LabNode node, string clean, CancellationToken cancel)
    {
        var data = await node.ExpectAsync(Data, cancel: cancel);
        // The node writes a unit, so the agent itself says that it is needed.
        await node.ExpectAsync("test -e /run/nodeagent/holds-resources", cancel: cancel);
        var refused = await node.RunAsync("dpkg -r nodeagent", Limit, cancel);
        Stage.Require(!refused.Ok && refused.Errors.Contains("still serves units", StringComparison.Ordinal), $"a removal that must be refused: {refused.Describe()}");
        await node.ExpectAsync("systemctl is-active nodeagent && NODEAGENT_FORCE_REMOVE=1 dpkg -r nodeagent && test -e /etc/nodeagent/nodeagent.yaml && ! systemctl is-active nodeagent", Limit, cancel);
        await node.ExpectAsync("dpkg -P nodeagent", Limit, cancel);
        var left = await node.ExpectAsync(Traces, cancel: cancel);
        Stage.Require(left == clean, $"after the purge there is still:\n{left}");
        Stage.Require(await node.ExpectAsync(Data, cancel: cancel) == data, "the purge touched datasets");
        await node.ExpectAsync($"grep -q . {FolderOf(Unit)}/restarted", cancel: cancel);
        stage.Note("purged: no trace of the package, datasets as they were");
    }

    private const string Data = "zpool list -H -o name,guid; zfs list -H -o name,guid -t filesystem,volume -r tank";

    private const string Traces =
        "ls -d /etc/nodeagent /var/lib/nodeagent /usr/lib/nodeagent /run/nodeagent /etc/needrestart/conf.d/nodeagent.conf 2>/dev/null; "
        + "systemctl list-unit-files --no-legend 'nodeagent*'; ls /etc/systemd/system/*/ | grep nodeagent; true";
}
