using System.Text.RegularExpressions;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend.Replication;

/// <summary>The arguments of "zfs send".</summary>
internal static partial class SendArguments
{
    /// <summary>
    /// -w sends blocks as they lie on disk: compressed, large, and encrypted ones without their key. -p takes the
    /// volume's properties along, or a promoted copy would have lost its profile, and the snapshot's, which say what it covers.
    /// </summary>
    public static Outcome<IReadOnlyList<string>> Of(StreamStep step, Layout layout)
    {
        if (Check(step, layout) is { } wrong)
        {
            return wrong;
        }

        if (step.ResumeToken is { } token)
        {
            return new Outcome<IReadOnlyList<string>>(["send", "-t", token]);
        }

        var dataset = layout.Volume(step.Volume);
        return step.From is { } from
            ? new Outcome<IReadOnlyList<string>>(
                ["send", "-p", "-w", "-i", $"{dataset}{(from.IsBookmark ? '#' : '@')}{from.Name}", $"{dataset}@{step.To.Name}"])
            : new Outcome<IReadOnlyList<string>>(["send", "-p", "-w", $"{dataset}@{step.To.Name}"]);
    }

    /// <summary>The same command, asked what it would do.</summary>
    public static IReadOnlyList<string> DryRun(IReadOnlyList<string> arguments) => ["send", "-n", "-v", "-P", .. arguments.Skip(1)];

    /// <summary>What is wrong with a step, or null. Its names come from a peer and become arguments.</summary>
    public static Fault? Check(StreamStep step, Layout layout)
    {
        if (layout.Check(step.Volume) is { } wrong)
        {
            return wrong;
        }

        var bad = !Component().IsMatch(step.To.Name) ? step.To.Name
            : step.From is { } from && !Component().IsMatch(from.Name) ? from.Name
            : step.ResumeToken is { } token && !ResumeToken.IsWellFormed(token) ? token
            : null;
        if (bad is not null)
        {
            return new Fault(
                FaultCode.InvalidArgument,
                $"cannot make a stream of volume {step.Volume}",
                $"'{(bad.Length > 80 ? bad[..80] : bad)}' is not the name of a snapshot or bookmark, nor a resume token",
                "Plan the replication again.",
                Retry.Never);
        }

        return step.To.IsBookmark
            ? new Fault(
                FaultCode.InvalidArgument,
                $"cannot make a stream of volume {step.Volume}",
                $"'{step.To.Name}' is a bookmark and has no content",
                "Plan the replication again.",
                Retry.Never)
            : null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.:-]{0,199}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Component();
}
