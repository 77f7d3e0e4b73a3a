namespace NodeAgent.Lab.Scenarios;

/// <summary>The conformance kit against real ZFS.</summary>
/// <param name="name">What it is called.</param>
/// <param name="about">The pool, in words.</param>
/// <param name="layout">How the pool is made of its disks.</param>
/// <param name="disks">The data disks of the pool.</param>
/// <param name="isEncrypted">Whether the roots are below an encrypted dataset whose key is loaded.</param>
public sealed class ZfsConformanceScenario(string name, string about, string layout, int[] disks, bool isEncrypted) : PackageScenario
{
    private const string Key = "/root/tck.key";

    public override string Name => name;

    public override string About => $"nodeagent plugin verify --live on {about}";

    public override int Nodes => 1;

    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        var node = stage[1];
        await Formation.InstallAsync(stage.Package!, node, cancel);
        await node.ExpectAsync($"{Pools.Create("tank", node, layout, disks)} && {Parent()}", cancel: cancel);
        var verified = await node.RunAsync(
            "nodeagent plugin verify /usr/lib/nodeagent/plugins/zfs --live --ownership --option root=tank/tck/{storage} --option mountpoint=/tck/{storage}", TimeSpan.FromMinutes(25), cancel);
        Directory.CreateDirectory(stage.Artifacts);
        await File.WriteAllTextAsync(Path.Combine(stage.Artifacts, "conformance.txt"), verified.Output + verified.Errors, cancel);
        verified.Expect();
        stage.Note(verified.Output.TrimEnd().Split('\n')[^1]);
        stage.Note((await node.ExpectAsync("zpool list -H -o name,size,health tank && zfs get -H -o property,value encryption tank/tck && zfs version | head -1", cancel: cancel)).Trim().Replace('\n', ';'));
    }

    private string Parent() => isEncrypted
        ? $"dd if=/dev/urandom of={Key} bs=32 count=1 status=none && zfs create -o encryption=on -o keyformat=raw -o keylocation=file://{Key} tank/tck"
        : "zfs create tank/tck";
}
