using NodeAgent.Cluster;
using NodeAgent.Cluster.Etcd;
using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Daemon.Stores;

/// <summary>Looks at the store from here, with a connection of its own: what the agent itself thinks of it does not matter.</summary>
internal sealed class StoreSight(AgentConfig config, TimeProvider time)
{
    public async Task<Outcome<StoreReport>> LookAsync(CancellationToken cancellation)
    {
        if (config.Store.Endpoints.Count == 0)
        {
            return FileOfThisNode();
        }

        var opened = StoreOpening.OpenEtcd(config, time);
        if (!opened.IsOk)
        {
            return opened.Fault;
        }

        await using var store = opened.Value;
        var health = store.HealthAsync(cancellation);
        var members = store.Members.ListAsync(cancellation);
        var seen = await health;
        return Report(seen, await members is { IsOk: true } known ? known.Value : []);
    }

    /// <summary>Endpoints that were asked, with the names that the members themselves give; then members that no endpoint names.</summary>
    internal static StoreReport Report(StoreHealth health, IReadOnlyList<EtcdMember> members)
    {
        var lines = health.Members.Select(one => Line(one, members.FirstOrDefault(member => member.ClientUrls.Any(url => AuthorityOf(url) == one.Endpoint))));
        var missing = members
            .Where(member => !health.Members.Any(one => member.ClientUrls.Any(url => AuthorityOf(url) == one.Endpoint)))
            .Select(member => new StoreMemberLine(
                member.Name, string.Join(' ', member.ClientUrls.Select(AuthorityOf)), Answer.Unknown, Answer.Unknown, member.IsLearner, null, 0, "",
                member.ClientUrls.Count == 0 ? "it was added and has not started yet" : "store.endpoints does not name it"));
        return new("etcd", health.Agrees, [.. lines, .. missing], health.Fault?.ToString());
    }

    private static StoreMemberLine Line(MemberHealth one, EtcdMember? member) => new(
        member?.Name ?? "", one.Endpoint, one.HasLeader, one.IsLeader, member?.IsLearner ?? false,
        one.Latency is { } latency ? Math.Round(latency.TotalMilliseconds, 2) : null, one.StoredBytes, one.Version, one.Fault?.ToString());

    /// <summary>Host and port of an address; itself if it is none.</summary>
    internal static string AuthorityOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.Authority : url;

    private StoreReport FileOfThisNode()
    {
        var file = new FileInfo(StoreOpening.FileOf(config));
        var line = new StoreMemberLine(config.Node.Value, file.FullName, Answer.Yes, Answer.Yes, IsLearner: false, null, file.Exists ? file.Length : 0, "", null);
        return new("file", Answer.Yes, [line], null);
    }
}
