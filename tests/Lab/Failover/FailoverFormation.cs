using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Failover;

/// <summary>
/// Makes a cluster one whose services fail over, as an operator would and by the very commands that the program prints: a unit
/// with copies, PostgreSQL on it, and a store on all three nodes. The service is stopped in the end: whoever restores the nodes starts it.
/// </summary>
public static class FailoverFormation
{
    public const string Service = "db";
    private const string Stop = $"nodeagent service stop {Service}";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    // What is not compiled ahead takes an emulated processor up to two minutes at each start; less if it is compiled
    // in haste, and not again.
    private const string Emulated =
        """
        [Service]
        Environment=DOTNET_TieredCompilation=1 DOTNET_TC_CallCountThreshold=7FFF
        TimeoutStartSec=600
        WatchdogSec=180

        """;

    /// <summary>Changes with the package and with what is written here: names the saved state.</summary>
    public static string LayerOf(string package, int stallSeconds, ServiceStorage storage)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(File.ReadAllBytes(package));
        hash.AppendData(Encoding.UTF8.GetBytes(Timing(stallSeconds) + Services(storage) + Emulated + Stop + storage.Recipe));
        return $"failover{stallSeconds}-" + Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    public static async Task FormAsync(IReadOnlyList<LabNode> nodes, int stallSeconds, ServiceStorage storage, CancellationToken cancel)
    {
        await Task.WhenAll(nodes.Select(async node =>
        {
            await node.ExpectAsync($"echo GUARD_OPTIONS=\"--timeout {stallSeconds}\" > /etc/nodeagent/guard.env", Limit, cancel);
            await node.ExpectAsync("mkdir -p /etc/systemd/system/nodeagent.service.d && cat > /etc/systemd/system/nodeagent.service.d/lab.conf && systemctl daemon-reload && systemctl enable --now nodeagent-guard", Limit, cancel, Emulated);
            await node.ExpectAsync("cat > /etc/nodeagent/conf.d/failover.yaml", Limit, cancel, Timing(stallSeconds));
            await Postgres.InstallAsync(node, storage.Folder, cancel);
            await storage.PrepareAsync(node, cancel);
        }));
        await storage.JoinAsync(nodes, cancel);
        if (storage.NeedsStore)
        {
            await StoreAsync(nodes, cancel);
            await UnitAsync(nodes[0], storage, cancel);
        }
        else
        {
            await UnitAsync(nodes[0], storage, cancel);
            await StoreAsync(nodes, cancel);
        }

        // One after the other: agents that all compile at once take the lease from each other.
        foreach (var node in nodes)
        {
            await node.ExpectAsync("cat > /etc/nodeagent/conf.d/services.yaml && systemctl restart nodeagent", Limit * 2, cancel, Services(storage));
        }

        await nodes[0].UntilAsync(
            "the service runs and is safe", $"sleep 3; {ServiceView.Command} | jq -e 'any(.services[]; .name == \"{Service}\" and .state == \"running\" and .isSafe)'", Limit * 2, cancel);

        // A machine that was just brought back from its saved state is slower than any stall tolerance allows: one that had a service
        // would be reset by its watchdog before anybody could speak to it.
        await nodes[0].ExpectAsync(Stop, Limit, cancel);
        await nodes[0].UntilAsync("the service is stopped", $"sleep 2; {ServiceView.Command} | jq -e 'any(.services[]; .name == \"{Service}\" and .state == \"stopped\")'", Limit, cancel);
    }

    private static async Task UnitAsync(LabNode first, ServiceStorage storage, CancellationToken cancel)
    {
        await storage.CreateAsync(first, cancel);
        await Postgres.CreateAsync(first, cancel);
        await storage.SettleAsync(first, cancel);
        Say.Line("unit made");
    }

    /// <summary>Sets the store up by the very lines that `cluster init` prints.</summary>
    private static async Task StoreAsync(IReadOnlyList<LabNode> nodes, CancellationToken cancel)
    {
        var first = nodes[0];
        var seats = string.Join(',', nodes.Select(node => $"{node.Name}={node.Address(Link.Management)}"));
        using var founded = JsonDocument.Parse(await first.ExpectAsync($"nodeagent cluster init --store {seats} -o json", Limit, cancel));
        var steps = founded.RootElement.GetProperty("next").EnumerateArray().Select(step => step.GetString()!).ToList();
        await Task.WhenAll(nodes.Skip(1).Select(async node =>
        {
            await first.ExpectAsync($"scp /var/lib/nodeagent/store/seat-{node.Name}.tar root@{node.Address(Link.Management)}:/root/", Limit, cancel);
            var prefix = $"on {node.Name}: tar ";
            var printed = steps.SingleOrDefault(step => step.StartsWith(prefix, StringComparison.Ordinal))
                ?? throw new LabFailure($"cluster init does not say what to do on {node.Name}: {string.Join(" | ", steps)}");
            await node.ExpectAsync($"cd /root && {printed[(prefix.Length - 4)..]}", Limit * 2, cancel);
        }).Append(first.ExpectAsync("systemctl restart nodeagent", Limit * 2, cancel)));
        await first.UntilAsync("the store answers", "sleep 5; nodeagent cluster store", Limit * 2, cancel);
        Say.Line("store set up");
    }

    private static string Timing(int stallSeconds) => $"failover: {{ stall: {stallSeconds}s }}\n";

    private static string Services(ServiceStorage storage) =>
        $$"""
        services:
          - name: {{Service}}
            units: [{{storage.Unit}}]
            parts:
        {{storage.Parts}}      - { name: postgres, kind: systemd, what: {{Postgres.UnitName}}, start_timeout: 60s, stop_timeout: 20s }
            rpo_limit: 5m
        {{(storage.Nodes is { } nodes ? $"    nodes: {nodes}" : string.Empty)}}

        """;
}
