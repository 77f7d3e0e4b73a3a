using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Drives;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

/// <summary>
/// A spare for a drive of this node that is dead. Only the node that has the drive can tell a dead one from a lost path, so it
/// alone decides, by its own kernel; what it decided is in the certificate, where both nodes read it, and is gone on with after a
/// kill. The pool's writer then replaces the drive as it does any other that is empty.
/// </summary>
internal sealed class Sparing(Parts parts)
{
    // A drive that is plugged in again, or that the kernel resets, is back by then.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private readonly Dictionary<Guid, long> deadSince = [];
    private long? lookedAt;

    /// <summary>One short step; null if nothing is to be said.</summary>
    public async Task<Outcome?> StepAsync(Certified seen, string what, CancellationToken cancellation)
    {
        // As long as the half counts as whole, nobody has recorded that a drive of it is gone; and where no half is whole, a drive that
        // seems dead may be the last of its mirror.
        var certificate = seen.Certificate!;
        if (parts.Options.Spares.Count == 0 || certificate.IsBuilding || certificate.Covers(parts.Self) || !certificate.Covers(parts.Peer))
        {
            deadSince.Clear();
            lookedAt = null;
            return null;
        }

        if (lookedAt is { } last && parts.Time.GetElapsedTime(last) < Every)
        {
            return null;
        }

        lookedAt = parts.Time.GetTimestamp();
        await LookAsync(cancellation);
        var dead = parts.Pairs.Where(pair => deadSince.TryGetValue(pair.Local, out var since) && parts.Time.GetElapsedTime(since) >= Patience).Select(pair => pair.Local).ToList();
        if (dead.Count == 0)
        {
            return null;
        }

        return await TakeAsync(seen, dead[0], what, cancellation);
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(parts.Pairs.Select(async pair => (pair.Local, Answer: await parts.Tool.AnswersAsync(pair.Local, cancellation))));
        foreach (var (drive, answer) in answers)
        {
            if (answer == Answer.No)
            {
                deadSince.TryAdd(drive, parts.Time.GetTimestamp());
            }
            else
            {
                deadSince.Remove(drive);
            }
        }
    }

    private async Task<Outcome> TakeAsync(Certified seen, Guid dead, string what, CancellationToken cancellation)
    {
        List<string> unfit = [];
        foreach (var spare in parts.Layout.FreeSpares)
        {
            if (await UnfitAsync(spare, what, cancellation) is { } why)
            {
                unfit.Add(why);
                continue;
            }

            var taken = await parts.Book.WriteAsync(
                what, seen, seen.Certificate! with { Spares = seen.Certificate.Spares.SetItem(dead, spare), Because = $"drive {dead} of {parts.Self} died, and spare {spare} is in its place" }, cancellation);
            if (taken.IsOk)
            {
                parts.Say(Severity.Warning, $"{parts.Unit}: drive {dead} of {parts.Self} has not answered for {Patience.TotalSeconds:F0} s: spare {spare} takes its place");
            }

            return taken.WithoutValue();
        }

        return Faults.Mend(
            what, $"drive {dead} of {parts.Self} is dead, and {(unfit.Count == 0 ? "no spare is left" : $"no spare can take its place: {string.Join("; ", unfit)}")}",
            $"Give an empty drive the PARTUUID {dead}, or add one to the option 'spares' on both nodes.");
    }

    /// <summary>Why a spare cannot be used; null if it can. What is on a drive only an operator may give up.</summary>
    private async Task<string?> UnfitAsync(Guid spare, string what, CancellationToken cancellation)
    {
        if (LocalDrive.Find(parts.Places, spare) is { IsOk: false } missing)
        {
            return missing.Fault.Why;
        }

        if (TooSmall(parts, spare) is { } small)
        {
            return small;
        }

        var blank = await parts.Tool.IsBlankAsync(what, spare, cancellation);
        return !blank.IsOk ? blank.Fault.Why : blank.Value ? null : $"spare {spare} is not empty";
    }

    /// <summary>In what a spare is smaller than this node's drives; null if it is not, or if nobody can tell.</summary>
    public static string? TooSmall(Parts parts, Guid spare)
    {
        var largest = parts.Pairs.Select(pair => LocalDrive.SizeOf(parts.Places, pair.Local)).Max();
        return LocalDrive.SizeOf(parts.Places, spare) is { } size && size < largest ? $"spare {spare} has {size} bytes, and the largest drive of {parts.Self} {largest}" : null;
    }
}
