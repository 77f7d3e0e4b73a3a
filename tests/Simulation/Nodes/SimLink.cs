using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units.Handovers;
using NodeAgent.Simulation.Scenarios;

namespace NodeAgent.Simulation.Nodes;

/// <summary>The link from one node to another that keeps copies: it may be down, cut streams, lose answers, or deliver late.</summary>
/// <param name="from">Who calls, as its certificate names it.</param>
/// <param name="to">The keeper.</param>
/// <param name="weather">The faults.</param>
/// <param name="late">Where calls wait that are carried out later: how many rounds, and what.</param>
internal sealed class SimLink(NodeId from, SimNode to, Weather weather, Action<int, Func<Task>> late) : ICopyHost, IHandoverHost
{
    /// <summary>Ends when a stream that stands still goes on, so many rounds later; null where streams never do.</summary>
    public Func<int, Task>? Slow { get; init; }

    /// <summary>False: the caller is of a version that says no lives of units.</summary>
    public Func<bool> SaysLives { get; init; } = () => true;

    /// <summary>The keeper's agent where units are passed on; null where they are not.</summary>
    public Func<TakeOvers>? Next { get; init; }

    public Task<Outcome<TakeOverOutlook>> PlanTakeOverAsync(UnitRecord record, CancellationToken cancellation) =>
        CallAsync("plan take over", () => Next!().PlanAsync(Said(record), from, CancellationToken.None));

    public async Task<Outcome> TakeOverAsync(TakeOverLetter letter, CancellationToken cancellation) =>
        (await CallAsync("take over", () => ValuedAsync(Next!().TakeOverAsync(letter with { Record = Said(letter.Record) }, from, CancellationToken.None)))).WithoutValue();

    public Task<Outcome<KnownUnit>> FindAsync(UnitId unit, CancellationToken cancellation) =>
        CallAsync("find", () => to.Copies.FindAsync(unit, CancellationToken.None));

    public Task<Outcome<CopyReport>> PrepareAsync(UnitRecord record, CancellationToken cancellation) =>
        CallAsync("prepare", () => to.Copies.PrepareAsync(Said(record), from, CancellationToken.None));

    public async Task<Outcome<Receipt>> ReceiveAsync(StreamOffer offer, StreamBody body, CancellationToken cancellation)
    {
        weather.Pass(from, "before stream");
        if (!weather.IsReachable(to.Id))
        {
            return Unreachable();
        }

        if (Slow is not null && weather.TakesAmount(HappeningKind.SlowStream, to.Id) is { } rounds)
        {
            var before = to.Copies;
            await Slow(rounds);
            weather.Pass(from, "after standing still");
            if (to.Copies != before)
            {
                return Lost();
            }
        }

        using var whole = new MemoryStream();
        var sent = await body(whole, cancellation);
        var isBroken = !sent.IsOk || !weather.IsReachable(to.Id);
        var length = (int)whole.Length;
        if (weather.TakesAmount(HappeningKind.CutStream, to.Id) is { } share)
        {
            isBroken = true;
            length = (int)(whole.Length * share / 1000);
        }

        var bytes = whole.ToArray()[..length];
        var received = weather.IsReachable(to.Id) || weather.IsAlive(to.Id)
            ? await CallAsync($"receive {offer.Step.Volume.Name}", () => ReceiveAsync(offer, bytes, isBroken), mayBeCutOff: true)
            : Unreachable();
        return !sent.IsOk ? sent.Fault : isBroken ? Lost() : received;
    }

    public async Task<Outcome> DiscardPartialAsync(VolumeId volume, Epoch epoch, CancellationToken cancellation) =>
        (await CallAsync("discard", () => ValuedAsync(to.Copies.DiscardPartialAsync(volume, epoch, from, CancellationToken.None)))).WithoutValue();

    public Task<Outcome<CopyReport>> CompleteAsync(UnitRecord record, string snapshot, CancellationToken cancellation) =>
        CallAsync("complete", () => to.Copies.CompleteAsync(Said(record), snapshot, from, CancellationToken.None));

    public async Task<Outcome> NoteUnchangedAsync(UnitRecord record, UnchangedSince word, CancellationToken cancellation) =>
        (await CallAsync("note", () => ValuedAsync(to.Copies.NoteUnchangedAsync(Said(record), word, from, CancellationToken.None)))).WithoutValue();

    public async Task<Outcome> DeleteAsync(UnitRecord record, string? volume, CancellationToken cancellation) =>
        (await CallAsync("delete copy", () => ValuedAsync(to.Copies.DeleteAsync(Said(record), volume, from, CancellationToken.None)))).WithoutValue();

    private UnitRecord Said(UnitRecord record) => SaysLives() ? record : record with { Life = null };

    private static async Task<Outcome<bool>> ValuedAsync(Task<Outcome> work)
    {
        var outcome = await work;
        return outcome.IsOk ? true : outcome.Fault;
    }

    private async Task<Outcome<Receipt>> ReceiveAsync(StreamOffer offer, byte[] bytes, bool isBroken)
    {
        using var input = new BreakingStream(bytes, isBroken);
        return await to.Copies.ReceiveAsync(SaysLives() ? offer : offer with { Life = null }, from, input, null, CancellationToken.None);
    }

    private async Task<Outcome<T>> CallAsync<T>(string what, Func<Task<Outcome<T>>> call, bool mayBeCutOff = false)
    {
        weather.Pass(from, $"before {what} on {to.Id}");
        if (!weather.IsReachable(to.Id) && !(mayBeCutOff && weather.IsAlive(to.Id)))
        {
            return Unreachable();
        }

        if (weather.TakesAmount(HappeningKind.DelayCall, to.Id) is { } rounds)
        {
            late(rounds, call);
            return Lost();
        }

        Outcome<T> answer;
        try
        {
            answer = await call();
        }
        catch (KilledException killed) when (killed.Node == to.Id)
        {
            answer = Lost();
        }

        weather.Pass(from, $"after {what} on {to.Id}");
        return weather.Takes(HappeningKind.LoseAnswer, to.Id) || !weather.IsReachable(to.Id) ? Lost() : answer;
    }

    private Fault Unreachable() => new(FaultCode.PeerUnavailable, $"cannot reach {to.Id}", "no path works", "Wait.", Retry.Later);

    private Fault Lost() => new(FaultCode.TimedOut, $"cannot tell what {to.Id} did", "the link broke", "Look.", Retry.AfterLook);
}
