namespace NodeAgent.Lab.Scenarios;

/// <summary>The .deb on a machine that never saw it: install, run, upgrade under load, remove, purge.</summary>
public sealed class InstallUpgradePurgeScenario : PackageScenario
{
    public override string Name => "install-upgrade-purge";

    public override string About => "the package on a clean machine: install, start, reinstall over itself, remove, purge";

    public override int Nodes => 1;

    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        var node = stage[1];
        var clean = await node.ExpectAsync(Traces, cancel: cancel);
        await InstallAsync(stage, node, cancel);
        await node.UntilAsync("agent is active", "systemctl is-active nodeagent", TimeSpan.FromSeconds(90), cancel);
        var started = await node.ExpectAsync("systemctl show -P MainPID nodeagent", cancel: cancel);
        await node.ExpectAsync("nodeagent version && nodeagent config check", cancel: cancel);
        await node.ExpectAsync("dpkg -i /root/nodeagent.deb", TimeSpan.FromMinutes(3), cancel);
        await node.UntilAsync("agent is active after the upgrade", "systemctl is-active nodeagent", TimeSpan.FromSeconds(90), cancel);
        var after = await node.ExpectAsync("systemctl show -P MainPID nodeagent", cancel: cancel);
        stage.Note($"main process {started} before the upgrade, {after} after it");
        await node.ExpectAsync("dpkg --audit && dpkg -V nodeagent", cancel: cancel);
        await node.ExpectAsync("dpkg -r nodeagent && test -e /etc/nodeagent && ! systemctl is-active nodeagent", TimeSpan.FromMinutes(2), cancel);
        await node.ExpectAsync("dpkg -P nodeagent", TimeSpan.FromMinutes(2), cancel);
        var left = await node.ExpectAsync(Traces, cancel: cancel);
        Stage.Require(left == clean, $"after the purge there is still:\n{left}");
    }

    private const string Traces =
        "ls -d /etc/nodeagent /var/lib/nodeagent /usr/lib/nodeagent /run/nodeagent 2>/dev/null; systemctl list-unit-files --no-legend 'nodeagent*'; true";
}
