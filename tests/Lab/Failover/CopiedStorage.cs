using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Failover;

/// <summary>A ZFS unit that is copied to both other nodes.</summary>
public sealed class CopiedStorage : ServiceStorage
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public override string Unit => "tank:db";

    public override string Folder => "/nodeagent/tank/db/data";

    public override async Task CreateAsync(LabNode first, CancellationToken cancel) => await first.ExpectAsync(
        "nodeagent volume create db/data --backend tank --kind filesystem --size 1536MiB --replicate-to node2,node3 --every 5s", Limit, cancel);

    public override async Task SettleAsync(LabNode first, CancellationToken cancel) => await first.ExpectAsync("nodeagent replication run db", Limit, cancel);
}
