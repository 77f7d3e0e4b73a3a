using NodeAgent.Contract;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Tuning;

namespace NodeAgent.Daemon.Benchmarks;

/// <summary>Measures a filesystem as services see it, and a profile against what is in force, on the same file in one run.</summary>
/// <param name="fio">What measures.</param>
/// <param name="tuner">What puts profiles in force.</param>
/// <param name="around">The node.</param>
/// <param name="room">Looks at a filesystem.</param>
internal sealed class VolumeBench(Fio fio, Tuner tuner, TuneSurroundings around, Func<string, BenchRoom> room)
{
    private const string Zfs = "zfs";

    /// <summary>
    /// Runs it. Before it begins, everything that can be known to stand in its way is looked at. Cancelled or failed, the
    /// parameters are back; killed, the agent or the next who tunes brings them back. Nothing stays on the filesystem.
    /// </summary>
    /// <param name="order">What to measure.</param>
    /// <param name="progress">What is going on, and its share of all.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<Outcome<BenchReport>> RunAsync(BenchOrder order, Action<string, double> progress, CancellationToken cancellation)
    {
        var found = await fio.FindAsync(cancellation);
        var place = room(order.Folder);
        var fits = Fits(order, place);
        if (!found.IsOk || !fits.IsOk)
        {
            return found.IsOk ? fits.Fault! : fits.IsOk ? found.Fault : found.Fault with { Why = $"{found.Fault.Why}; {fits.Fault.Why}" };
        }

        var made = ScratchFile.Make(order.Folder);
        if (!made.IsOk)
        {
            return made.Fault;
        }

        using var scratch = made.Value;
        var filled = await scratch.FillAsync(order.Bytes, share => progress("writing the scratch file", share * FillShare(order)), cancellation);
        var measured = filled.IsOk ? await MeasureAsync(order, scratch, progress, cancellation) : filled.Fault;
        return measured.Map(figures => Report(order, place, found.Value, figures));
    }

    private static double FillShare(BenchOrder order) => 1.0 / (1 + (order.Arms.Count * FioJob.All.Count));

    private static Outcome Fits(BenchOrder order, BenchRoom place)
    {
        var takes = place.Takes(order.Folder, order.Bytes);
        return !takes.IsOk || order.Profile is null || place.Format == Zfs ? takes : new Fault(
            FaultCode.PreconditionFailed, $"cannot compare {order.Profile.Name} in {order.Folder}", $"it is {place.Format}, and profiles are of ZFS", "Name a folder on ZFS, or leave --profile out.", Retry.Never);
    }

    private async Task<Outcome<IReadOnlyList<(bool IsTuned, BenchFigure Figure)>>> MeasureAsync(
        BenchOrder order, ScratchFile scratch, Action<string, double> progress, CancellationToken cancellation)
    {
        var figures = new List<(bool, BenchFigure)>();
        foreach (var isTuned in order.Arms)
        {
            cancellation.ThrowIfCancellationRequested();
            var tried = isTuned ? tuner.Try(order.Profile!).Map<TuneTrial?>(trial => trial) : new Outcome<TuneTrial?>(value: null);
            if (!tried.IsOk)
            {
                return tried.Fault;
            }

            using var trial = tried.Value;
            foreach (var job in FioJob.All)
            {
                var figure = await WatchAsync(order, scratch, job, isTuned, figures.Count, progress, cancellation);
                if (!figure.IsOk)
                {
                    return figure.Fault;
                }

                figures.Add((isTuned, figure.Value));
            }

            if (trial?.End() is { IsOk: false } stuck)
            {
                return stuck.Fault;
            }
        }

        return figures;
    }

    private async Task<Outcome<BenchFigure>> WatchAsync(
        BenchOrder order, ScratchFile scratch, FioJob job, bool isTuned, int done, Action<string, double> progress, CancellationToken cancellation)
    {
        var share = FillShare(order);
        var began = around.Time.GetTimestamp();
        var text = $"{job.Title}, {(isTuned ? order.Profile!.Name : BenchArm.AsItIs)}";
        var all = TimeSpan.FromSeconds(order.Seconds) + Fio.Overhead;
        await using var ticks = around.Time.CreateTimer(
            _ => progress(text, share * (1 + done + Math.Min(0.99, around.Time.GetElapsedTime(began) / all))), state: null, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
        return await fio.RunAsync(job, scratch.Path, order.Bytes, order.Seconds, cancellation);
    }

    private BenchReport Report(BenchOrder order, BenchRoom place, string version, IReadOnlyList<(bool IsTuned, BenchFigure Figure)> figures)
    {
        List<BenchArm> arms = [Arm(figures, isTuned: false, BenchArm.AsItIs)];
        if (order.Profile is { } profile)
        {
            arms.Add(Arm(figures, isTuned: true, profile.Name));
        }

        return new BenchReport(
            order.Folder, place.Format, order.Bytes, order.Seconds, order.Rounds, version, around.Module.Version, around.Time.GetUtcNow(),
            arms, arms.Count < 2 ? [] : [.. arms[0].Figures.Zip(arms[1].Figures, Ratio)], [.. Notes(order)]);
    }

    private static BenchArm Arm(IReadOnlyList<(bool IsTuned, BenchFigure Figure)> figures, bool isTuned, string name) =>
        new(name, [.. FioJob.All.Select(job => BenchFigure.Median([.. figures.Where(entry => entry.IsTuned == isTuned && entry.Figure.Job == job.Name).Select(entry => entry.Figure)]))]);

    private static BenchRatio Ratio(BenchFigure before, BenchFigure after) => new(
        before.Job, Share(after.Iops, before.Iops), Share(after.Latency.P50, before.Latency.P50), Share(after.Latency.P99, before.Latency.P99),
        Share(after.Latency.P999, before.Latency.P999));

    // Latencies are whole nanoseconds, and a flush that takes none was not measured.
    private static double Share(double after, double before) => before > 0 ? Math.Round(after / before, 3) : 0;

    private IEnumerable<string> Notes(BenchOrder order)
    {
        if (around.Node().RamBytes is var ram && (ram == 0 || order.Bytes < 2 * ram))
        {
            yield return $"The scratch file of {Spans.Size(order.Bytes)} is less than twice the memory{(ram > 0 ? $" ({Spans.Size(ram)})" : "")}: reads may come from memory. Give a larger --size.";
        }

        if (order is { Profile: not null, Rounds: < 3 })
        {
            yield return "One round may mislead: --rounds 5 tells a difference from chance.";
        }
    }
}
