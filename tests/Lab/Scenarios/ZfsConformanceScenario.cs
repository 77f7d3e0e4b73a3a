namespace NodeAgent.Lab.Scenarios;

/// <summary>The conformance kit against real ZFS.</summary>
/// <param name="name">What it is called.</param>
/// <param name="layout">How the pool is made of its disks: the word of zpool create, empty for a stripe.</param>
/// <param name="disks">The data disks of the pool.</param>
public sealed class ZfsConformanceScenario(string name, string layout, params int[] disks) : PackageScenario
{
    public override string Name => name;

    public override string About => $"nodeagent plugin verify --live on a real pool of {disks.Length} disks{(layout.Length > 0 ? $", {layout}" : "")}";

    public override int Nodes => 1;

    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        var node = stage[1];
        await Formation.InstallAsync(stage.Package!, node, cancel);
        await node.ExpectAsync($"{Pools.Create("tank", node, layout, disks)} && zfs create tank/tck", cancel: cancel);
        var verified = await node.RunAsync(
            "nodeagent plugin verify /usr/lib/nodeagent/plugins/zfs --live --ownership --option root=tank/tck/{storage} --option mountpoint=/tck/{storage}", TimeSpan.FromMinutes(25), cancel);
        Directory.CreateDirectory(stage.Artifacts);
        await File.WriteAllTextAsync(Path.Combine(stage.Artifacts, "conformance.txt"), verified.Output + verified.Errors, cancel);
        verified.Expect();
        stage.Note(verified.Output.TrimEnd().Split('\n')[^1]);
    }
}
