namespace NodeAgent.Lab.Scenarios;

/// <summary>The conformance kit against real ZFS.</summary>
public sealed class ZfsConformanceScenario : PackageScenario
{
    public override string Name => "zfs-conformance";

    public override string About => "nodeagent plugin verify --live on a real pool";

    public override int Nodes => 1;

    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        var node = stage[1];
        await Formation.InstallAsync(stage.Package!, node, cancel);
        await node.ExpectAsync(Pools.Create("tank", node) + " && zfs create tank/tck", cancel: cancel);
        var verified = await node.RunAsync(
            "nodeagent plugin verify /usr/lib/nodeagent/plugins/zfs --live --ownership --option root=tank/tck/{storage} --option mountpoint=/tck/{storage}", TimeSpan.FromMinutes(25), cancel);
        Directory.CreateDirectory(stage.Artifacts);
        await File.WriteAllTextAsync(Path.Combine(stage.Artifacts, "conformance.txt"), verified.Output + verified.Errors, cancel);
        verified.Expect();
        stage.Note(verified.Output.TrimEnd().Split('\n')[^1]);
    }
}
