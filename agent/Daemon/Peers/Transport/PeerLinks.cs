using System.Collections.Immutable;
using System.Net;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Membership;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>The links to all other members. Follows the member list and keeps probing.</summary>
internal sealed class PeerLinks : IAsyncDisposable
{
    private readonly LinkSetup setup;
    private readonly MemberRoll roll;
    private readonly PeerProbe probe;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private ImmutableDictionary<NodeId, (Member Member, PeerLink Link)> links =
        ImmutableDictionary<NodeId, (Member, PeerLink)>.Empty;

    private TaskCompletionSource wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? loop;
    private NetworkLimits limits;

    public PeerLinks(LinkSetup setup, MemberRoll roll, PeerProbe probe)
    {
        this.setup = setup;
        this.roll = roll;
        this.probe = probe;
        limits = setup.Limits;
        roll.Changed += Follow;
        Rebuild();
    }

    /// <summary>The link to a member; null if there is no such other member.</summary>
    public PeerLink? Find(NodeId node) => links.TryGetValue(node, out var found) ? found.Link : null;

    public ImmutableArray<PeerLink> All => [.. links.Values.Select(found => found.Link).OrderBy(link => link.Node.Value, StringComparer.Ordinal)];

    public ImmutableArray<PeerStatus> Status() => [.. All.Select(link => link.Status())];

    /// <summary>Changes the limits of every link, also of those that are made later.</summary>
    public void SetLimits(NetworkLimits wanted)
    {
        lock (gate)
        {
            limits = wanted;
            foreach (var path in All.SelectMany(link => link.Paths))
            {
                path.Limit.BytesPerSecond = wanted.For(path.Status.Network);
            }
        }
    }

    /// <summary>Begins to probe all paths again and again until disposed.</summary>
    public void Start() => loop ??= ProbeForeverAsync(stopping.Token);

    /// <summary>Probes all paths of all links once.</summary>
    public Task ProbeAsync(CancellationToken cancellation) =>
        Task.WhenAll(All.Select(link => probe.RunAsync(link, cancellation)));

    public async ValueTask DisposeAsync()
    {
        roll.Changed -= Follow;
        await stopping.CancelAsync();
        if (loop is not null)
        {
            await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var link in All)
        {
            link.Dispose();
        }

        stopping.Dispose();
    }

    private async Task ProbeForeverAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            Task woken;
            lock (gate)
            {
                wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
                woken = wake.Task;
            }

            await ProbeAsync(cancellation);
            await Task.WhenAny(Task.Delay(setup.Deadlines.ProbeEvery, setup.Time, cancellation), woken);
        }
    }

    // A new list is worth telling at once: a removed node must not stay trusted until the next round.
    private void Follow(object? sender, EventArgs change)
    {
        Rebuild();
        lock (gate)
        {
            wake.TrySetResult();
        }
    }

    private void Rebuild()
    {
        lock (gate)
        {
            var others = roll.List.Members.Where(member => member.Node != setup.Identity.Node).ToList();
            var kept = ImmutableDictionary.CreateBuilder<NodeId, (Member, PeerLink)>();
            foreach (var member in others)
            {
                kept[member.Node] = links.TryGetValue(member.Node, out var old) && SamePlace(old.Member, member)
                    ? (member, old.Link)
                    : (member, Link(member));
            }

            var gone = links.Values.Where(old => !kept.Values.Any(now => now.Item2 == old.Link)).ToList();
            links = kept.ToImmutable();
            gone.ForEach(old => old.Link.Dispose());
        }
    }

    private PeerLink Link(Member member)
    {
        var context = new PathContext(member.Node, setup.Identity, setup.Trust, setup.Deadlines, setup.Time) { Received = setup.Received.Of(member.Node) };
        var paths = member.Addresses
            .Select(address => (Address: address, Rank: setup.Networks.FindIndex(one => one.Name == address.Network)))
            .OrderBy(one => one.Rank < 0 ? int.MaxValue : one.Rank)
            .Select(one => new PeerPath(context, new(
                one.Address.Network, one.Address.EndPoint, Source(one.Rank, one.Address.EndPoint),
                PathState.Unknown, null, 0, null, null)) { Limit = { BytesPerSecond = limits.For(one.Address.Network) } });
        return new PeerLink(context, [.. paths]);
    }

    // A network that this node is not on is still tried, from whatever address the kernel picks.
    private IPAddress? Source(int rank, IPEndPoint remote) =>
        rank >= 0 && setup.Networks[rank].Address is { } local && local.AddressFamily == remote.AddressFamily
            ? local
            : null;

    private static bool SamePlace(Member one, Member other) =>
        one.Addresses.SequenceEqual(other.Addresses) && one.Certificates.Intersect(other.Certificates).Any();
}
