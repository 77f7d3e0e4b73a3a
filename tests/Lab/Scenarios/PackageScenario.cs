using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A scenario that needs the NodeAgent package.</summary>
public abstract class PackageScenario : IScenario
{
    public abstract string Name { get; }

    public abstract string About { get; }

    public abstract int Nodes { get; }

    public virtual string? Obstacle(Stage stage) =>
        stage.Package is null ? "no package given (--deb FILE)"
        : File.Exists(stage.Package) ? null
        : $"there is no {stage.Package}";

    public abstract Task PlayAsync(Stage stage, CancellationToken cancel);

    /// <summary>Installs the package as an operator would, without a network.</summary>
    protected static async Task InstallAsync(Stage stage, LabNode node, CancellationToken cancel)
    {
        await node.CopyToAsync(stage.Package!, "/root/nodeagent.deb", cancel);
        await node.ExpectAsync("DEBIAN_FRONTEND=noninteractive dpkg -i /root/nodeagent.deb", TimeSpan.FromMinutes(4), cancel);
    }

    /// <summary>Installs everywhere and makes one cluster of all nodes, node 1 first.</summary>
    protected static async Task FormClusterAsync(Stage stage, IReadOnlyList<LabNode> nodes, CancellationToken cancel)
    {
        await Task.WhenAll(nodes.Select(node => InstallAsync(stage, node, cancel)));
        var first = nodes[0];
        var limit = TimeSpan.FromMinutes(3);
        await first.ExpectAsync($"nodeagent cluster init --name lab {Addresses(first)}", limit, cancel);
        foreach (var node in nodes.Skip(1))
        {
            var token = await first.ExpectAsync("nodeagent cluster token", limit, cancel);
            await node.ExpectAsync(
                $"nodeagent cluster join {first.Address(Link.Management)} --token {Host.Shell.Quote(token)} {Addresses(node)}", limit, cancel);
        }
    }

    private static string Addresses(LabNode node) =>
        string.Join(' ', Enum.GetValues<Link>().Select(link => $"--address {node.Address(link)}"));
}
