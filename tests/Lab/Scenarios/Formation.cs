using System.Security.Cryptography;
using System.Text;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>Makes one cluster of fresh nodes as an operator would: a pool and the package each, then init, token, join.</summary>
public static class Formation
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <summary>Changes with the package and with what is written here: names the saved state.</summary>
    public static string LayerOf(string package)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(File.ReadAllBytes(package));
        hash.AppendData(Encoding.UTF8.GetBytes(Configuration("node1", ["10.77.1.11", "10.77.2.11", "10.77.0.11"])));
        return "cluster-" + Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    public static async Task FormAsync(string package, IReadOnlyList<LabNode> nodes, CancellationToken cancel)
    {
        await Task.WhenAll(nodes.Select(async node =>
        {
            await node.ExpectAsync(Pools.Create("tank", node, string.Empty, 1, 2), cancel: cancel);
            await InstallAsync(package, node, cancel);
            await ConfigureAsync(node, cancel);
            await node.ExpectAsync("systemctl restart nodeagent", Limit, cancel);
        }));
        var first = nodes[0];
        await first.ExpectAsync("nodeagent cluster init", Limit, cancel);
        foreach (var node in nodes.Skip(1))
        {
            var token = (await first.ExpectAsync("nodeagent cluster token 2>/dev/null", Limit, cancel)).Trim();
            await node.ExpectAsync($"nodeagent cluster join {first.Address(Link.Management)} --token {Host.Shell.Quote(token)}", Limit, cancel);
        }

        foreach (var node in nodes)
        {
            var peers = string.Join(" and ", nodes.Where(other => other != node).Select(other =>
                $"any(.nodes[]; .name == \"{other.Name}\" and .reachable == \"yes\" and all(.paths[]; .isUp == true))"));
            await node.UntilAsync("sees all its peers on all paths", $"{StatusView.Command} | jq -e '{peers}'", TimeSpan.FromMinutes(2), cancel);
        }
    }

    /// <summary>Installs the package as an operator would, without a network.</summary>
    public static async Task InstallAsync(string package, LabNode node, CancellationToken cancel)
    {
        await node.CopyToAsync(package, "/root/nodeagent.deb", cancel);
        await node.ExpectAsync("DEBIAN_FRONTEND=noninteractive dpkg -i /root/nodeagent.deb", Limit, cancel);
    }

    /// <summary>Writes the node's configuration; it counts from the next start.</summary>
    public static async Task ConfigureAsync(LabNode node, CancellationToken cancel) =>
        await node.ExpectAsync(
            "install -d -m 0750 /etc/nodeagent/conf.d && cat > /etc/nodeagent/conf.d/lab.yaml && nodeagent config check",
            Limit, cancel,
            Configuration(node.Name, [node.Address(Link.ReplicationA), node.Address(Link.ReplicationB), node.Address(Link.Management)]));

    private static string Configuration(string name, IReadOnlyList<string> addresses) =>
        $$"""
        node:
          name: {{name}}
        networks:
          - name: repl-a
            address: {{addresses[0]}}
          - name: repl-b
            address: {{addresses[1]}}
          - name: mgmt
            address: {{addresses[2]}}
        peers:
          networks: [repl-a, repl-b, mgmt]
        metrics:
          listen: {{addresses[2]}}:9440
        backends:
          - id: tank
            plugin: zfs
            options: { root: tank/nodeagent }

        """;
}
