using System.Text.Json;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Wire;

/// <summary>What a controller says to an order becomes done, or a fault with its cause and correction.</summary>
internal static class CallResults
{
    /// <summary>The entries of a body: a list, or a single one as for some errors.</summary>
    public static Outcome<IReadOnlyList<CallResult>> Read(Reply reply, string what)
    {
        List<string> notes = [];
        var look = new JsonLook(reply.Body, "answer", notes);
        IReadOnlyList<CallResult> entries = reply.Body.ValueKind switch
        {
            JsonValueKind.Undefined => [],
            JsonValueKind.Object => [CallResult.Read(look)],
            _ => [.. look.Items().Select(CallResult.Read)],
        };
        return notes.Count == 0 ? Outcome.Ok(entries) : Odd(what, reply, notes);
    }

    /// <summary>Whether an order was carried out, everywhere.</summary>
    public static Outcome Done(Reply reply, string what)
    {
        var read = Read(reply, what);
        if (!read.IsOk)
        {
            // The status says whether it was taken; what exactly happened is for whoever looks next.
            return reply.IsGood ? read.Fault with { Retry = Retry.AfterLook } : Status(reply, what) ?? read.Fault;
        }

        return CallFaults.From(read.Value, what) is { } fault ? fault
            : reply.IsGood ? Outcome.Done
            : Status(reply, what) ?? Odd(what, reply, [$"status {(int)reply.Status} without a reason"]);
    }

    /// <summary>Why a look was not answered with what was asked for.</summary>
    public static Fault Refused(Reply reply, string what) => Done(reply, what).Fault ?? Odd(what, reply, [$"status {(int)reply.Status} without a reason"]);

    public static Fault Odd(string what, Reply reply, IEnumerable<string> notes) => new(
        FaultCode.Unparseable, what, $"the controller {reply.From.Authority} answered something that is not understood: {string.Join("; ", notes)}",
        "See the plugin's README for what it understands of LINSTOR.", Retry.AfterLook);

    private static Fault? Status(Reply reply, string what) => (int)reply.Status switch
    {
        401 or 403 => new Fault(FaultCode.PermissionDenied, what, $"the controller {reply.From.Authority} does not let this agent do it", "Look at option 'token_file' and the token's rights.", Retry.AfterFix),
        _ => null,
    };
}
