using System.Net;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>A fault on its way between peers.</summary>
internal sealed record FaultMessage(
    string Code, string What, string Why, string NextStep, string Retry, Dictionary<string, string> Facts, string? Native)
{
    private const int TextLimit = 2000;

    public static FaultMessage From(Fault fault) => new(
        fault.Code.ToString(), fault.What, fault.Why, fault.NextStep, fault.Retry.ToString(),
        new(fault.Facts, StringComparer.Ordinal), fault.Native);

    public Fault ToFault() => new(
        Enum.TryParse<FaultCode>(Code, out var code) && Enum.IsDefined(code) ? code : FaultCode.Unparseable,
        Cut(What),
        Cut(Why),
        Cut(NextStep),
        Enum.TryParse<Retry>(Retry, out var retry) && Enum.IsDefined(retry) ? retry : Contract.Retry.AfterLook)
    {
        Facts = Facts,
        Native = Native is null ? null : Cut(Native),
    };

    /// <summary>For an answer that is not one of ours.</summary>
    public static Fault Foreign(HttpStatusCode status) =>
        PeerFaults.AnswerInvalid($"it answered with HTTP status {(int)status} and no reason");

    private static string Cut(string text) => text.Length <= TextLimit ? text : text[..TextLimit];
}
