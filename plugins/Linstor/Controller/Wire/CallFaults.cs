using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Wire;

/// <summary>LINSTOR's numbers in the words of all backends. Cause, correction and everything else it said are kept.</summary>
internal static class CallFaults
{
    private const int MostText = 600;

    /// <summary>The fault that a list of entries means; null: done.</summary>
    public static Fault? From(IReadOnlyList<CallResult> entries, string what)
    {
        var worst = entries.FirstOrDefault(entry => entry.IsError) ?? entries.FirstOrDefault(entry => entry.IsDeferred);
        if (worst is null)
        {
            return null;
        }

        // A satellite's failure after the controller took the order: half of it is done.
        var isPartly = entries.Any(entry => entry is { IsError: false, IsWarning: false, Number: >= 1 and <= 3 });
        var (code, retry) = Kind(worst);
        return new Fault(
            code, what, Cut(worst.Cause.Length > 0 ? $"{Sentence(worst.Message)}: {Sentence(worst.Cause)}" : Sentence(worst.Message)),
            Cut(worst.Correction.Length > 0 ? worst.Correction : Next(worst, code)), isPartly ? Retry.AfterLook : retry)
        {
            Native = Cut(string.Join(" | ", entries.Where(entry => entry.IsError || entry.IsWarning).Select(Whole))),
            Facts = Facts(worst, isPartly),
        };
    }

    private static (FaultCode Code, Retry Retry) Kind(CallResult entry) => entry switch
    {
        { IsError: false } => (FaultCode.PeerUnavailable, Retry.AfterLook),
        { IsSpecial: true } => (entry.Code & 3) switch
        {
            3 => (FaultCode.Unsupported, Retry.AfterFix),
            2 => (FaultCode.PermissionDenied, Retry.AfterFix),
            _ => (FaultCode.InvalidArgument, Retry.Never),
        },
        { Number: >= 100 and < 200 } => (FaultCode.ControlPlaneUnavailable, Retry.Later),
        // Recorded: a restore that a pool cannot hold has the number of a wrong size.
        { Number: 206 } when entry.Message.Contains("free space", StringComparison.OrdinalIgnoreCase) => (FaultCode.OutOfSpace, Retry.AfterFix),
        { Number: 206 or 228 } => (FaultCode.OutOfRange, Retry.Never),
        { Number: 233 } => (FaultCode.InUse, Retry.AfterFix),
        { Number: >= 200 and < 300 } => (FaultCode.InvalidArgument, Retry.Never),
        { Number: >= 300 and < 400 } => (FaultCode.NotFound, Retry.AfterLook),
        { Number: (>= 400 and < 500) or 10000 or 10001 } => (FaultCode.PermissionDenied, Retry.AfterFix),
        { Number: 521 } => (FaultCode.PreconditionFailed, Retry.AfterFix),
        { Number: 525 } => (FaultCode.Busy, Retry.Later),
        { Number: >= 500 and < 600 } => (FaultCode.AlreadyExists, Retry.Never),
        { Number: 605 or 609 or 995 } => (FaultCode.PeerUnavailable, Retry.AfterLook),
        { Number: >= 800 and < 900 } => (FaultCode.OutOfSpace, Retry.AfterFix),
        { Number: 974 or 979 } => (FaultCode.PreconditionFailed, Retry.Later),
        { Number: 980 } => (FaultCode.OutOfSpace, Retry.AfterFix),
        { Number: 984 or 992 } => (FaultCode.Busy, Retry.Later),
        { Number: 983 or 988 or 989 or 994 } => (FaultCode.Unsupported, Retry.AfterFix),
        { Number: 997 } => (FaultCode.InUse, Retry.AfterFix),
        { Number: 998 or 999 } => (FaultCode.ControlPlaneUnavailable, Retry.AfterLook),
        _ => (FaultCode.PreconditionFailed, Retry.AfterLook),
    };

    private static string Next(CallResult entry, FaultCode code) =>
        entry.Reports.Count > 0 ? $"Look with 'linstor error-reports show {entry.Reports[0]}'."
        : code == FaultCode.PeerUnavailable ? "Bring the node back: LINSTOR has written it down and does it then. Look before doing it again."
        : "Look with 'linstor error-reports list'.";

    private static Dictionary<string, string> Facts(CallResult entry, bool isPartly)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["linstorCode"] = entry.Number.ToString(CultureInfo.InvariantCulture),
            ["linstorReturnCode"] = entry.Code.ToString(CultureInfo.InvariantCulture),
        };
        Add(facts, "cause", entry.Cause);
        Add(facts, "correction", entry.Correction);
        Add(facts, "details", entry.Details);
        Add(facts, "errorReports", string.Join(',', entry.Reports));
        Add(facts, "partlyDone", isPartly ? "true" : "");
        foreach (var (kind, name) in entry.About.Take(8))
        {
            Add(facts, $"linstor{kind}", name);
        }

        return facts;
    }

    private static void Add(Dictionary<string, string> facts, string key, string value)
    {
        if (value.Length > 0)
        {
            facts[key] = Cut(value);
        }
    }

    private static string Whole(CallResult entry) => string.Join(": ", new[] { entry.Message, entry.Cause, entry.Details }.Where(text => text.Length > 0));

    private static string Sentence(string text) => text.Trim().TrimEnd('.');

    private static string Cut(string text) => text.Length > MostText ? text[..MostText] : text;
}
