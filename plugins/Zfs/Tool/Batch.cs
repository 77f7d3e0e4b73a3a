using System.Text.Json;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend.Tool;

/// <summary>
/// Several changes in one transaction group, by a channel program: one wait instead of one for each, and a power cut
/// leaves all or none. Refused changes are found before the first is made.
/// </summary>
internal sealed class Batch
{
    private const int Busy = 16;
    private const int Exists = 17;
    private readonly List<string> arguments = [];

    public bool IsEmpty => arguments.Count == 0;

    public Batch Bookmark(string snapshot, string bookmark) => Add("bookmark", snapshot, bookmark);

    public Batch Destroy(string snapshot) => Add("destroy", snapshot);

    /// <summary>Back to the newest snapshot. The dataset must not be mounted.</summary>
    public Batch Rollback(string dataset) => Add("rollback", dataset);

    public Task<Outcome> RunAsync(ZfsTool tool, string what, CancellationToken cancellation) => RunAsync([], tool, what, cancellation);

    /// <summary>Whether a change would be refused. Makes none.</summary>
    public Task<Outcome> CheckAsync(ZfsTool tool, string what, CancellationToken cancellation) => RunAsync(["check"], tool, what, cancellation);

    private async Task<Outcome> RunAsync(string[] manner, ZfsTool tool, string what, CancellationToken cancellation)
    {
        if (IsEmpty)
        {
            return Outcome.Done;
        }

        await using var script = typeof(Batch).Assembly.GetManifestResourceStream("batch.lua")
            ?? throw new InvalidOperationException("batch.lua is not in the assembly");
        var output = await tool.ChangeAsync(what, ["program", "-j", tool.Pool, "-", .. manner, .. arguments], script, cancellation);
        return output.IsOk ? Read(what, output.Value) : Outcome.Failed(output.Fault);
    }

    /// <summary>Reads what the program returned.</summary>
    internal static Outcome Read(string what, string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var result = document.RootElement.GetProperty("return");
            return First(what, result.GetProperty("refused"), "nothing was changed")
                ?? First(what, result.GetProperty("failed"), "other changes were made")
                ?? Outcome.Done;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return ToolFaults.Unparseable(what, "the answer of 'zfs program' has another shape than expected", output);
        }
    }

    private static Outcome? First(string what, JsonElement errors, string consequence)
    {
        foreach (var error in errors.EnumerateObject())
        {
            var number = error.Value.GetInt32();
            var code = number is Busy or Exists ? FaultCode.InUse : number == 2 ? FaultCode.NotFound : FaultCode.PreconditionFailed;
            return new Fault(
                code,
                what,
                $"{error.Name} cannot be changed (errno {number}: {Words(number)}); {consequence}",
                "Look again; release holds, delete clones and stop users if there are any.",
                Retry.AfterLook) { Native = $"{error.Name}={number}" };
        }

        return null;
    }

    private static string Words(int number) => number switch
    {
        1 => "not permitted",
        2 => "does not exist",
        Busy => "busy or held",
        Exists => "exists or has clones",
        28 => "no space",
        122 => "over quota",
        _ => "refused by ZFS",
    };

    private Batch Add(params string[] words)
    {
        arguments.AddRange(words);
        return this;
    }
}
