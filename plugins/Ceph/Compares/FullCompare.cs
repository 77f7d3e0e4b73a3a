using System.Globalization;
using System.Text;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Compares;

/// <summary>
/// On a schedule: does the list of changed extents name every byte that differs between two snapshots? Of each volume that
/// this process holds, its newest two, one volume at a time and a piece a second, so that it takes little from others. When a
/// volume was compared is told in its image's metadata, whoever did it. Changes nothing but that.
/// </summary>
internal sealed class FullCompare(UnitGate gate, IChangedExtents changes, ISnapshots snapshots) : IUpkeep, IAsyncDisposable
{
    /// <summary>The image's metadata: when, and which snapshots.</summary>
    public const string Key = "nodeagent.compared";

    private const string Wrong = "NOT RIGHT";
    private const string What = "cannot compare snapshots";
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(40);

    private readonly HashSet<VolumeId> tried = [];

    // Until somebody has taken the note off the image: copies that were made with a wrong list stay wrong, whatever later lists are.
    private readonly SortedDictionary<string, string> wrong = new(StringComparer.Ordinal);
    private readonly HashSet<string> untold = new(StringComparer.Ordinal);
    private CompareRun? run;
    private long? looked;

    /// <summary>What came of it so far.</summary>
    public CompareSight Sight { get; private set; } = new(0, null, null, null);

    /// <inheritdoc/>
    public async Task<Outcome> KeepAsync(CancellationToken cancellation)
    {
        if (gate.Options.CompareEvery == TimeSpan.Zero)
        {
            return Outcome.Done;
        }

        using var late = new CancellationTokenSource(Longest, gate.Context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            run ??= await NextAsync(either.Token);
            if (run is not null)
            {
                await StepAsync(run, either.Token);
            }
        }
        catch (IOException unread)
        {
            // Deleted meanwhile, or the cluster does not answer: another time.
            gate.Context.Log.Write(Severity.Information, $"{What}: {run?.Pair} could not be read: {unread.Message}");
            await EndAsync();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // A cluster that hangs is not asked on and on.
            await EndAsync();
            Rest();
        }

        return Sight.Difference is { } difference
            ? new Fault(
                FaultCode.Corruption, What, difference,
                $"Do not trust incremental copies of it: rebuild them in full (nodeagent replication rebuild), and the map: rbd object-map rebuild. Then take the note off its image: rbd image-meta remove {gate.Options.Pool}/IMAGE {Key}. Report it.", Retry.AfterFix)
            : Outcome.Done;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await EndAsync();

    private async Task StepAsync(CompareRun now, CancellationToken cancellation)
    {
        if (!now.IsOver)
        {
            await now.StepAsync(cancellation);
        }

        Sight = Sight with { Progress = now.Progress };
        if (!now.IsOver)
        {
            return;
        }

        var left = await snapshots.ListAsync(now.Pair.Volume.Unit, cancellation);
        if (!left.IsOk || !now.Pair.AreIn(left.Value))
        {
            // What is read of a snapshot after its deletion may be zeros, or what came later: it proves nothing.
            gate.Context.Log.Write(Severity.Information, $"{What}: {now.Pair}: {left.Fault?.ToString() ?? "one was deleted meanwhile"}");
            await EndAsync();
            return;
        }

        var missed = now.Missed is { } at ? $"the list of changed extents of {now.Pair} does not tell what differs at byte {at}" : null;
        var told = await TellAsync(now.Pair, missed, cancellation);
        Note(now.Pair.Volume, missed, told.IsOk);
        Sight = new CompareSight(Sight.Done + 1, null, gate.Context.Time.GetUtcNow(), wrong.Values.FirstOrDefault());
        gate.Context.Log.Write(missed is null ? Severity.Information : Severity.Error, missed ?? $"compared {now.Pair}: its list of changed extents is right{(told.IsOk ? "" : $", which its image does not tell: {told.Fault}")}");
        await EndAsync();
    }

    private void Note(VolumeId volume, string? missed, bool isTold)
    {
        if (missed is null)
        {
            return;
        }

        wrong[volume.ToString()] = missed;
        if (!isTold)
        {
            untold.Add(volume.ToString());
        }
    }

    private async Task EndAsync()
    {
        var ended = run;
        run = null;
        Sight = Sight with { Progress = null };
        if (ended is not null)
        {
            await ended.DisposeAsync();
        }
    }

    private async Task<CompareRun?> NextAsync(CancellationToken cancellation)
    {
        var time = gate.Context.Time;
        if (looked is { } before && time.GetElapsedTime(before) < LookEvery)
        {
            return null;
        }

        foreach (var unit in gate.Held.Keys.Order(StringComparer.Ordinal))
        {
            var id = new UnitId(gate.Context.Id, unit);
            var all = await snapshots.ListAsync(id, cancellation);
            if (!all.IsOk)
            {
                break;
            }

            foreach (var pair in Pairs(id, all.Value).Where(pair => !tried.Contains(pair.Volume)))
            {
                // Once in a round, whatever comes of it: one that cannot be read keeps no other from its turn.
                tried.Add(pair.Volume);
                if (await IsDueAsync(pair.Volume, cancellation) && await CompareRun.BeginAsync(changes, pair, cancellation) is { IsOk: true } begun)
                {
                    return begun.Value;
                }
            }
        }

        Rest();
        return null;
    }

    private void Rest()
    {
        tried.Clear();
        looked = gate.Context.Time.GetTimestamp();
    }

    private static IEnumerable<ComparePair> Pairs(UnitId unit, IReadOnlyList<Snapshot> all) =>
        all.SelectMany(one => one.Guids.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(volume => (Volume: volume, Its: all.Where(one => one.Guids.ContainsKey(volume)).OrderBy(one => one.CreatedAt).ToList()))
            .Where(volume => volume.Its.Count > 1)
            .Select(volume => new ComparePair(new VolumeId(unit, volume.Volume), volume.Its[^2], volume.Its[^1]));

    private async Task<bool> IsDueAsync(VolumeId volume, CancellationToken cancellation)
    {
        var told = await gate.Lane.RunAsync(What, gate.Options.Patience, () => Compared(volume), cancellation);
        if (!told.IsOk)
        {
            return false;
        }

        if (told.Value.IsWrong)
        {
            wrong.TryAdd(volume.ToString(), $"the list of changed extents of {volume} was not right when it was compared");
        }
        else if (!untold.Contains(volume.ToString()))
        {
            wrong.Remove(volume.ToString());
        }

        Sight = Sight with { Difference = wrong.Values.FirstOrDefault() };
        return gate.Context.Time.GetUtcNow().ToUnixTimeSeconds() - told.Value.Seconds >= (long)gate.Options.CompareEvery.TotalSeconds;
    }

    // "1795320000 from one to two", or ": NOT RIGHT" after it; 0 if it never was. A fault: it is not held any more.
    private unsafe Outcome<(long Seconds, bool IsWrong)> Compared(VolumeId volume)
    {
        if (gate.Held.GetValueOrDefault(volume.Unit.Name) is not { IsOpen: true } held || held.Image(volume.Name) is not { } image)
        {
            return new Fault(FaultCode.NotWriter, What, "this process does not hold it", "Promote its unit here.", Retry.AfterLook);
        }

        var text = stackalloc byte[512];
        nuint length = 512;
        if (Rbd.GetMetadata(image, Key, text, ref length) < 0)
        {
            return (0, false);
        }

        var note = Encoding.UTF8.GetString(text, (int)Math.Min(length, 512));
        var isRead = long.TryParse(note.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
        return (isRead ? seconds : 0, note.Contains(Wrong, StringComparison.Ordinal));
    }

    private Task<Outcome<bool>> TellAsync(ComparePair pair, string? missed, CancellationToken cancellation) => gate.Lane.RunAsync(
        What, gate.Options.Patience,
        () =>
        {
            var text = $"{gate.Context.Time.GetUtcNow().ToUnixTimeSeconds()} from {pair.From} to {pair.To}{(missed is not null ? $": {Wrong}" : wrong.ContainsKey(pair.Volume.ToString()) ? $"; another was {Wrong}" : "")}";
            var told = gate.Held.GetValueOrDefault(pair.Volume.Unit.Name) is { IsOpen: true } held && held.Image(pair.Volume.Name) is { } image
                ? Images.ImageCalls.Done(Rbd.SetMetadata(image, Key, text), What, "image metadata")
                : Outcome.Done;
            return told.IsOk ? new Outcome<bool>(true) : told.Fault;
        },
        cancellation);
}
