using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Checks;

/// <summary>Looking changes nothing and tells the truth.</summary>
internal static class LookingChecks
{
    private static readonly (Capabilities Flag, Type Ability)[] Pairs =
    [
        (Capabilities.Volumes, typeof(IVolumes)),
        (Capabilities.Snapshots, typeof(ISnapshots)),
        (Capabilities.ChangedExtents, typeof(IChangedExtents)),
        (Capabilities.Roles, typeof(IRoles)),
        (Capabilities.ReplicationStreams, typeof(IReplicationStreams)),
        (Capabilities.ReplicationStatus, typeof(IReplicationStatus)),
        (Capabilities.Events, typeof(IStorageEvents)),
        (Capabilities.Pools, typeof(IPools)),
    ];

    private static readonly (Capabilities Flag, Capabilities Without)[] Implied =
    [
        (Capabilities.FilesystemVolumes, Capabilities.Volumes),
        (Capabilities.BlockVolumes, Capabilities.Volumes),
        (Capabilities.Expand, Capabilities.Volumes),
        (Capabilities.Thin, Capabilities.Volumes),
        (Capabilities.Holds, Capabilities.Snapshots),
        (Capabilities.Rollback, Capabilities.Snapshots),
        (Capabilities.Clone, Capabilities.Snapshots),
        (Capabilities.ResumableStreams, Capabilities.ReplicationStreams),
    ];

    public static IEnumerable<Check> All =>
    [
        new("describe_is_pure", "Describing gives the same answer every time.", Capabilities.None, DescribeIsPureAsync),
        new("capabilities_match_abilities", "Each flag has its ability and each ability its flag.", Capabilities.None, FlagsMatchAsync),
        new("probe_changes_nothing", "Probing twice gives the same answer and touches no file.", Capabilities.None, ProbeChangesNothingAsync),
        new("observe_twice_is_equal", "Looking twice at what did not change gives the same answer.", Capabilities.Volumes, ObserveTwiceAsync),
        new("unknown_unit_is_absent", "A unit that never was is absent, not an error.", Capabilities.Roles, AbsentAsync),
        new("pools_have_room", "Pools tell their room, and no more is free than there is.", Capabilities.Pools, PoolsAsync),
        new("cancelled_before_it_began", "A call with a cancelled token does nothing.", Capabilities.Volumes, CancelledBeforeAsync),
    ];

    private static async Task DescribeIsPureAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var first = node.Backend.Describe();
        _ = await node.Backend.ProbeAsync(bench.Cancellation);
        Expect.Equal(first, node.Backend.Describe(), "second description");
        Expect.True(Names.IsValid(first.Kind), $"'{first.Kind}' is not a valid name for a kind");
        var again = await bench.OpenAsync("b");
        Expect.Equal(first, again.Backend.Describe(), "another instance's description");
    }

    private static async Task FlagsMatchAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var claims = node.Backend.Describe().Capabilities;
        foreach (var (flag, ability) in Pairs)
        {
            var has = HasAbility(node.Backend, ability);
            Expect.True(has == claims.HasFlag(flag), claims.HasFlag(flag)
                ? $"{flag} is claimed, but there is no {ability.Name}"
                : $"there is an {ability.Name}, but {flag} is not claimed");
        }

        foreach (var (flag, without) in Implied)
        {
            Expect.True(!claims.HasFlag(flag) || claims.HasFlag(without), $"{flag} is claimed without {without}");
        }

        var kinds = Capabilities.FilesystemVolumes | Capabilities.BlockVolumes;
        Expect.True(
            !claims.HasFlag(Capabilities.Volumes) || (claims & kinds) != Capabilities.None, "volumes are claimed, but of no kind");
    }

    private static bool HasAbility(IBackend backend, Type ability) => ability.Name switch
    {
        nameof(IVolumes) => backend.Ability<IVolumes>() is not null,
        nameof(ISnapshots) => backend.Ability<ISnapshots>() is not null,
        nameof(IChangedExtents) => backend.Ability<IChangedExtents>() is not null,
        nameof(IRoles) => backend.Ability<IRoles>() is not null,
        nameof(IReplicationStreams) => backend.Ability<IReplicationStreams>() is not null,
        nameof(IReplicationStatus) => backend.Ability<IReplicationStatus>() is not null,
        nameof(IStorageEvents) => backend.Ability<IStorageEvents>() is not null,
        _ => backend.Ability<IPools>() is not null,
    };

    private static async Task ProbeChangesNothingAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var before = FilesBelow(bench.Folder);
        var first = Expect.Ok(await node.Backend.ProbeAsync(bench.Cancellation), "probing");
        var second = Expect.Ok(await node.Backend.ProbeAsync(bench.Cancellation), "probing again");
        Expect.Equal(first.Level, second.Level, "health at the second look");
        Expect.Equal(before, FilesBelow(bench.Folder), "files after probing");
    }

    private static async Task ObserveTwiceAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = await bench.MakeUnitAsync(node);
        var before = FilesBelow(bench.Folder);
        var first = Expect.Ok(await node.Volumes.GetAsync(unit.Volume, bench.Cancellation), "getting");
        var second = Expect.Ok(await node.Volumes.GetAsync(unit.Volume, bench.Cancellation), "getting again");
        Expect.Equal(first with { UsedBytes = null }, second with { UsedBytes = null }, "second look at a volume");
        if (node.Has(Capabilities.Roles))
        {
            var role = Expect.Ok(await node.Roles.GetRoleAsync(unit.Id, bench.Cancellation), "reading the role");
            Expect.Equal(role, Expect.Ok(await node.Roles.GetRoleAsync(unit.Id, bench.Cancellation), "again"), "second look at a role");
        }

        Expect.Equal(before, FilesBelow(bench.Folder), "files after looking");
    }

    private static async Task AbsentAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var role = Expect.Ok(await node.Roles.GetRoleAsync(bench.Unit("never"), bench.Cancellation), "reading the role of nothing");
        Expect.Equal(Role.Absent, role.Role, "role of a unit that never was");
        Expect.Equal(Epoch.None, role.Epoch, "epoch of a unit that never was");
        var grant = TestBench.Grant(bench.Unit("never"), 1, node.Node);
        Expect.Refused(await node.Roles.PromoteAsync(grant, null, bench.Cancellation), "promoting a unit that never was", FaultCode.NotFound);
    }

    private static async Task PoolsAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var pools = Expect.Ok(await node.Backend.Ability<IPools>()!.ListPoolsAsync(bench.Cancellation), "listing pools");
        Expect.True(pools.Count > 0, "there is no pool");
        foreach (var pool in pools)
        {
            Expect.True(pool.Name.Length > 0, "a pool has no name");
            Expect.True(pool.CapacityBytes is not <= 0, $"pool {pool.Name} has a capacity of {pool.CapacityBytes}");
            Expect.True(pool.AvailableBytes is not < 0, $"pool {pool.Name} has {pool.AvailableBytes} bytes available");
            Expect.True(
                pool.AvailableBytes is null || pool.CapacityBytes is null || pool.AvailableBytes <= pool.CapacityBytes,
                $"pool {pool.Name} has more room than size");
        }
    }

    private static async Task CancelledBeforeAsync(TestBench bench)
    {
        var node = await bench.OpenAsync();
        var unit = bench.Unit("cancelled");
        var spec = bench.Spec(node, unit);
        try
        {
            var made = await node.Volumes.CreateAsync(
                spec, TestBench.Grant(unit, 1, node.Node), new CancellationToken(canceled: true));
            Expect.True(!made.IsOk, "a volume was created with a cancelled token");
        }
        catch (OperationCanceledException)
        {
            // What the contract wants.
        }

        Expect.Refused(
            await node.Volumes.GetAsync(spec.Id, bench.Cancellation), "getting what a cancelled call was to create", FaultCode.NotFound);
    }

    private static string FilesBelow(string folder) => string.Join(
        '\n',
        Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
}
