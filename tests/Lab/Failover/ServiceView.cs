using System.Globalization;
using System.Text.Json;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Failover;

/// <summary>The service as a node's agent tells it.</summary>
public sealed record ServiceView(string State, int? Node, long Epoch, bool IsSafe, string? IfNodeDies, string Reason)
{
    public const string Command = "curl -sf --max-time 20 --unix-socket /run/nodeagent/control.sock http://agent/v1/services";

    /// <summary>Null while the agent does not answer, or knows no such service.</summary>
    public static async Task<ServiceView?> TryReadAsync(LabNode asked, CancellationToken cancel)
    {
        var told = await asked.RunAsync(Command, TimeSpan.FromSeconds(30), cancel);
        if (!told.Ok)
        {
            return null;
        }

        using var parsed = JsonDocument.Parse(told.Output);
        var line = parsed.RootElement.GetProperty("services").EnumerateArray().FirstOrDefault(line => line.GetProperty("name").GetString() == FailoverFormation.Service);
        return line.ValueKind != JsonValueKind.Object ? null : new ServiceView(
            line.GetProperty("state").GetString()!,
            line.GetProperty("node").GetString() is { } node ? int.Parse(node[4..], CultureInfo.InvariantCulture) : null,
            line.GetProperty("epoch").GetInt64(),
            line.GetProperty("isSafe").GetBoolean(),
            line.GetProperty("ifNodeDies").GetString(),
            line.GetProperty("reason").GetString()!);
    }
}
