using System.Collections.Concurrent;
using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Failover;

/// <summary>What this node's copies are worth, as its own storage shows.</summary>
internal sealed class OfferLook(
    IReadOnlyDictionary<string, RunnableService> services, UnitWorld world, LocalCopies copies, Func<ClusterView?> view, TimeSpan patience, TimeProvider time)
{
    // Clocks of two nodes differ, and time goes on while this is looked at.
    private const double Caution = 1.01;

    private readonly ConcurrentDictionary<string, (Offer? Offer, long At)> known = new(StringComparer.Ordinal);
    private readonly Lock telling = new();
    private long asked;
    private long answered;

    /// <summary>What this node has seen of the store.</summary>
    public StoreRecall? Recall { get; init; }

    /// <summary>
    /// Looks at every service with units, and answers. If some take long, what the others are worth is told first, and all when
    /// all are done.
    /// </summary>
    public async Task LookAsync(NodeEffect.Look look, Action<NodeInput> answer, CancellationToken cancellation)
    {
        if (Recall is { Unread: not null })
        {
            // A node that tells nothing of its copies is given nothing: what it does not remember may be what the store has forgotten.
            return;
        }

        var number = Interlocked.Increment(ref asked);
        var seenView = view();
        var found = new ConcurrentDictionary<string, Offer?>(StringComparer.Ordinal);
        var names = services.Values.Where(service => service.Policy.HasCopies).ToList();
        var all = Task.WhenAll(names.Select(async service =>
        {
            var offer = await LookAsync(service, seenView, cancellation);
            (found[service.Name], known[service.Name]) = (offer, (offer, time.GetTimestamp()));
        }));
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (await Task.WhenAny(all, Task.Delay(patience, time, pause.Token)) != all && !found.IsEmpty && !cancellation.IsCancellationRequested)
        {
            Tell(number, look, names.Select(service => (service.Name, found.TryGetValue(service.Name, out var offer) ? offer : Late(service.Name))), answer);
        }

        await pause.CancelAsync();
        await all;
        Tell(number, look, found.Select(entry => (entry.Key, entry.Value)), answer);
    }

    // One that hung may end after others that were begun later: what they told is newer.
    private void Tell(long number, NodeEffect.Look look, IEnumerable<(string Name, Offer? Offer)> found, Action<NodeInput> answer)
    {
        var offers = found.Where(entry => entry.Offer is not null)
            .ToImmutableSortedDictionary(entry => entry.Name, entry => entry.Offer!, StringComparer.Ordinal);
        lock (telling)
        {
            if (number >= answered)
            {
                answered = number;
                var told = new NodeOffers(look.Seen, offers);
                answer(new NodeInput.Looked(Recall?.With(told, view()) ?? told, look.AskedAt));
            }
        }
    }

    // Storage that does not answer is not storage without a copy: what was found last stands, and is older now. But that a copy
    // is in sync may have ended since.
    private Offer? Late(string service) => known.GetValueOrDefault(service) is not { Offer: { IsInSync: false } offer, At: var at } ? null
        : offer.IsHead ? offer : offer with { Age = offer.Age + (time.GetElapsedTime(at) * Caution) };

    /// <summary>One offer for all units of a service: no newer than the oldest of them. Null if there are none.</summary>
    public static Offer? Whole(IEnumerable<Offer> parts)
    {
        var offers = parts.ToList();
        if (offers.Count == 0)
        {
            return null;
        }

        var epoch = new Epoch(offers.Min(offer => offer.Epoch.Value));
        var age = offers.Max(offer => offer.Age);

        // What is in sync everywhere says nothing about which copy of the others is newer.
        return offers.Exists(offer => offer.IsHead) ? Offer.Head(epoch) with { Age = age }
            : offers.TrueForAll(offer => offer.IsInSync) ? Offer.InSync(epoch)
            : new Offer(epoch, offers.Where(offer => !offer.IsInSync).Sum(offer => offer.Position), age);
    }

    private async Task<Offer?> LookAsync(RunnableService service, ClusterView? seen, CancellationToken cancellation)
    {
        var record = seen?.Record.Service(service.Name);
        var offers = await Task.WhenAll(service.Units.Select(unit => LookAsync(unit, record, IsLost(seen, record), cancellation)));
        return offers.Contains(null) ? null : Whole(offers.OfType<Offer>());
    }

    // Only when it matters is the storage asked: what arrives meanwhile is known anyway.
    private static bool IsLost(ClusterView? seen, ServiceRecord? record) =>
        seen is null || record?.Owner is not { } owner || !seen.IsHeld(record) || seen.IsDeclaredDead(owner.Node);

    private async Task<Offer?> LookAsync(UnitId unit, ServiceRecord? service, bool isLost, CancellationToken cancellation)
    {
        if (world.Synchronous(unit.Backend) is { } synchronous)
        {
            // Its storage answers for all nodes alike. A writer that is here goes on: it is not weighed.
            return service is null ? null : await synchronous.OfferAsync(unit, world.Self, service.Epoch, service.Last == world.Self, cancellation);
        }

        if (world.Registry.Find(unit) is not { } record || world.Replicated(unit.Backend) is not { } backend)
        {
            return null;
        }

        if (record.Writer == world.Self)
        {
            // Of an epoch that has passed: what was written here last has parted from what the others have.
            return service is null || service.Epoch <= record.Epoch ? await HeadAsync(backend, record, cancellation) : null;
        }

        var report = !isLost && copies.LastReport(unit) is { } last ? last : await ReportAsync(backend, unit, cancellation);
        return report is null ? null : Worth(report, world.Registry.UnchangedSince(unit));
    }

    // Storage that does not answer is not storage without a copy: an older copy elsewhere would be chosen without a word.
    private async Task<CopyReport?> ReportAsync(ReplicatedBackend backend, UnitId unit, CancellationToken cancellation)
    {
        var before = copies.LastReport(unit);
        var report = await copies.ReportAsync(backend, unit, cancellation);
        return report.IsOk ? report.Value : report.Fault.Code == FaultCode.NotFound ? null : before;
    }

    private static async Task<Offer?> HeadAsync(ReplicatedBackend backend, UnitRecord record, CancellationToken cancellation)
    {
        var role = await backend.Roles.GetRoleAsync(record.Unit, cancellation);
        var isThere = role.IsOk ? role.Value.Role is Role.Reader or Role.Writer : role.Fault.Code != FaultCode.NotFound;
        return isThere ? Offer.Head(record.Epoch) : null;
    }

    private Offer? Worth(CopyReport report, UnchangedSince? word)
    {
        if (report.Complete is not { } whole || SnapshotName.Parse(whole) is not { } name || report.DataAsOf is not { } asOf
            || report.History.Volumes.Any(volume => volume.HeadChanged == Answer.Yes))
        {
            return null;
        }

        var newest = word is { } said && said.Snapshot == whole && said.AsOf > asOf && said.IsAbout(report.History) ? said.AsOf : asOf;
        var age = time.GetUtcNow() - newest;
        return new Offer(name.Epoch, name.Number, age > TimeSpan.Zero ? age * Caution : TimeSpan.Zero);
    }
}
