using System.Security.Cryptography;
using NodeAgent.Cluster.Etcd;
using NodeAgent.Cluster.Setup;
using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Status;
using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Stores;

/// <summary>
/// Changes of the store's members, one at a time: a new one comes without a vote and gets it when it has caught up. A dead one
/// is removed first and replaced after.
/// </summary>
internal sealed class StoreSeating(StorePlaces places, AgentConfig config, TimeProvider time)
{
    private const int CalmTries = 15;

    /// <summary>Adds a seat, and leaves the archive for its box. Only on the node that has the store's authority.</summary>
    public async Task<Outcome<FoundedReport>> AddAsync(EtcdSeat seat, string cluster, CancellationToken cancellation)
    {
        var authority = LoadAuthority();
        if (!authority.IsOk)
        {
            return authority.Fault;
        }

        using var signer = authority.Value;
        return await WithMembersAsync<FoundedReport>(
            async (etcd, members) =>
            {
                var setup = new EtcdSetup(seat, [.. members.Where(member => member.PeerUrls[0] != seat.PeerUrl).Select(SeatOf), seat], Joining: true, cluster);
                var files = Check(setup, members) is { } wrong ? wrong : SeatFiles.Of(setup, signer, StoreFounding.Unit(), time.GetUtcNow());
                if (!files.IsOk)
                {
                    return files.Fault;
                }

                // The archive first: a member that was added and cannot be started would only be a burden.
                var archive = places.ArchiveOf(seat.Name);
                var written = AtomicFile.Write(archive, SeatArchive.Pack(files.Value, time.GetUtcNow()));
                var added = written.IsOk ? await AddWhenCalmAsync(etcd, seat, cancellation) : written;
                return added.IsOk
                    ? new FoundedReport($"{seat.Name} is a member of the store, without a vote until it has caught up", [.. StoreFounding.NextOn(seat, archive), .. NextHere(seat)])
                    : added.Fault;
            },
            cancellation);
    }

    /// <summary>Gives a member its vote.</summary>
    public Task<Outcome<DoneReport>> PromoteAsync(string name, CancellationToken cancellation) => WithMemberAsync(
        name,
        async (etcd, member) =>
        {
            // From its first vote on it must never start empty again, which its archive would let it.
            DropArchive(name);
            return member.IsLearner ? await etcd.PromoteAsync(member.Id, cancellation) : Outcome.Done;
        },
        $"{name} has a vote",
        cancellation);

    /// <summary>Removes a member.</summary>
    public Task<Outcome<DoneReport>> RemoveAsync(string name, CancellationToken cancellation) => WithMemberAsync(
        name, (etcd, member) => etcd.RemoveAsync(member.Id, cancellation), $"{name} is no member of the store any more; take it out of store.endpoints on every node", cancellation);

    private void DropArchive(string name)
    {
        try
        {
            File.Delete(places.ArchiveOf(name));
        }
        catch (DirectoryNotFoundException)
        {
            // This node added nobody.
        }
    }

    // etcd refuses changes until its members have been connected for some seconds, as after a change before this one.
    // https://etcd.io/docs/v3.5/op-guide/configuration/ strict-reconfig-check
    private async Task<Outcome> AddWhenCalmAsync(EtcdMembers etcd, EtcdSeat seat, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var added = (await etcd.AddAsync(seat.PeerUrl, learner: true, cancellation)).WithoutValue();
            if (added.IsOk || tries == CalmTries || !added.Fault.Why.Contains("unhealthy cluster", StringComparison.Ordinal))
            {
                return added;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellation);
        }
    }

    private static Fault? Check(EtcdSetup setup, IReadOnlyList<EtcdMember> members) =>
        members.Any(member => member.Name == setup.Self.Name) ? Stopped(FaultCode.AlreadyExists, $"{setup.Self.Name} is a member already", "Look at 'nodeagent cluster store'.")
        : members.FirstOrDefault(member => member.Name.Length == 0 && member.PeerUrls[0] != setup.Self.PeerUrl) is { } waiting
            ? Stopped(FaultCode.PreconditionFailed, $"{waiting.PeerUrls[0]} was added before and has not started yet", "Start it first.")
        : setup.Check();

    private static EtcdSeat SeatOf(EtcdMember member) => new(member.Name, new Uri(member.PeerUrls[0]).IdnHost);

    private static IEnumerable<string> NextHere(EtcdSeat seat) =>
    [
        $"then here: nodeagent cluster store promote {seat.Name}",
        $"on every node: add \"{seat.ClientUrl}\" to store.endpoints in {SeatFiles.DropIn}, then systemctl restart nodeagent",
    ];

    private async Task<Outcome<DoneReport>> WithMemberAsync(string name, Func<EtcdMembers, EtcdMember, Task<Outcome>> change, string done, CancellationToken cancellation) =>
        await WithMembersAsync<DoneReport>(
            async (etcd, members) =>
            {
                if (members.FirstOrDefault(member => member.Name == name) is not { } member)
                {
                    return Stopped(FaultCode.NotFound, $"it has no member {name}", $"Its members are {string.Join(", ", members.Select(one => one.Name))}.");
                }

                var changed = await change(etcd, member);
                return changed.IsOk ? new DoneReport(done) : changed.Fault;
            },
            cancellation);

    private async Task<Outcome<T>> WithMembersAsync<T>(Func<EtcdMembers, IReadOnlyList<EtcdMember>, Task<Outcome<T>>> change, CancellationToken cancellation)
    {
        if (config.Store.Endpoints.Count == 0)
        {
            return Stopped(FaultCode.PreconditionFailed, "this node is alone and has a file", "Set up a store: nodeagent cluster init --store");
        }

        var opened = StoreOpening.OpenEtcd(config, time);
        if (!opened.IsOk)
        {
            return opened.Fault;
        }

        await using var store = opened.Value;
        var members = await store.Members.ListAsync(cancellation);
        return !members.IsOk ? members.Fault
            : members.Value.Any(member => member.PeerUrls.Count == 0) ? Stopped(FaultCode.Unparseable, "a member has no address", "Look at 'etcdctl member list'.")
            : await change(store.Members, members.Value);
    }

    private Outcome<StoreAuthority> LoadAuthority()
    {
        try
        {
            return StoreAuthority.Load(File.ReadAllText(places.Authority));
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return Stopped(FaultCode.PreconditionFailed, $"{places.Authority}: {missing.Message}", "Do it on the node where 'nodeagent cluster init --store' was run.");
        }
    }

    private static Fault Stopped(FaultCode code, string why, string next) => new(code, "cannot change the store's members", why, next, Retry.AfterFix);
}
