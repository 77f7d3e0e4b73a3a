using System.Collections.Immutable;
using System.Net;
using NodeAgent.Cluster;
using NodeAgent.Cluster.Etcd;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Stores;

/// <summary>
/// Looks now and then which members of the store answer: with one of three away everything still works, and the next loss stops
/// all takeovers. For what is told and foretold, never for what is decided.
/// </summary>
/// <param name="endpoints">Where the configuration says that members are.</param>
/// <param name="ask">Asks one.</param>
/// <param name="members">Who belongs to the store.</param>
/// <param name="nodes">The cluster's nodes with their addresses.</param>
/// <param name="time">The boot clock and its timers.</param>
/// <param name="log">The journal.</param>
internal sealed class StoreWatch(
    IReadOnlyList<Uri> endpoints, Func<Uri, CancellationToken, Task<MemberHealth>> ask, Func<CancellationToken, Task<Outcome<IReadOnlyList<EtcdMember>>>> members,
    Func<IReadOnlyDictionary<NodeId, IReadOnlyList<IPAddress>>> nodes, TimeProvider time, ILogger log)
{
    private const string Unknown = "nobody knows now which of its members answer";
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TooOld = Every * 3;
    private IReadOnlyList<EtcdMember> known = [];
    private volatile Sight? last;

    /// <summary>What was seen last; null: nothing yet, or too long ago.</summary>
    public StoreMajority? Last => last is { } seen && time.GetElapsedTime(seen.At) < TooOld ? seen.Majority : null;

    /// <summary>Why the store could decide nothing without that node, or that nobody knows; null: it could.</summary>
    public string? Without(NodeId node) => Last is { } seen ? seen.Without(node) : Unknown;

    /// <summary>Runs until cancelled: looks now and then, and soon after somebody was heard no more or again, for members live on nodes.</summary>
    /// <param name="heard">The nodes that are heard.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(Func<ImmutableSortedSet<string>> heard, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var before = heard();
                await TryLookAsync(cancellation);
                for (var passed = TimeSpan.Zero; passed < Every && heard().SetEquals(before); passed += Glance)
                {
                    await Task.Delay(Glance, time, cancellation);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    /// <summary>Looks now. Who does not answer is asked once more before anything is said of it.</summary>
    public async Task<StoreMajority> LookAsync(CancellationToken cancellation)
    {
        var seen = await SeeAsync(cancellation);
        seen = seen.Silent.Any() ? (await SeeAsync(cancellation)).After(seen) : seen;
        last = new Sight(seen, time.GetTimestamp());
        return seen;
    }

    private async Task TryLookAsync(CancellationToken cancellation)
    {
        try
        {
            await LookAsync(cancellation);
        }
#pragma warning disable CA1031 // A bug in what is only told must not end what decides; it is logged, and until the next look nothing is known.
        catch (Exception bug) when (bug is not OperationCanceledException)
#pragma warning restore CA1031
        {
            last = null;
            log.LogError(bug, "the members of the cluster store could not be looked at");
        }
    }

    private async Task<StoreMajority> SeeAsync(CancellationToken cancellation)
    {
        // Who belongs to it seldom changes: without a majority counts who did.
        known = await members(cancellation) is { IsOk: true, Value: var told } ? told : known;
        var advertised = known.SelectMany(member => member.ClientUrls).Select(url => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed : null).OfType<Uri>();
        var answers = await Task.WhenAll(endpoints.Concat(advertised).DistinctBy(address => address.Authority).Select(address => ask(address, cancellation)));
        return StoreMajority.Of(known, answers, nodes());
    }

    private sealed record Sight(StoreMajority Majority, long At);
}
