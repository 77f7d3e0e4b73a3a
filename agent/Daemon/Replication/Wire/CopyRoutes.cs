using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Json;

namespace NodeAgent.Daemon.Replication.Wire;

/// <summary>The routes and messages between a writer and the nodes that keep its copies.</summary>
internal static class CopyRoutes
{
    public const string Find = "copies/find";
    public const string Prepare = "copies/prepare";
    public const string Receive = "copies/receive";
    public const string Discard = "copies/discard";
    public const string Complete = "copies/complete";
    public const string Unchanged = "copies/unchanged";
    public const string Delete = "copies/delete";
    public const string Rejoin = "copies/rejoin";
    private const int LongestStep = 8 * 1024;

    /// <summary>The stream's step travels beside it, in the query: the body is the stream and nothing else.</summary>
    public static string ReceiveOf(StreamOffer offer) => string.Create(CultureInfo.InvariantCulture,
        $"{Receive}?revision={offer.Revision}&bytes={offer.Bytes}&life={Uri.EscapeDataString(offer.Life ?? "")}&step={Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(offer.Step, WireJson.Compact))}");

    /// <summary>Reads the step again.</summary>
    public static Outcome<StreamStep> ReadStep(string? text)
    {
        if (text is not { Length: > 0 and < LongestStep } || !Base64Url.IsValid(text))
        {
            return new Fault(FaultCode.Unparseable, "cannot receive a stream", "its step is missing or not base64url",
                "Both sides must run matching versions.", Retry.AfterFix);
        }

        return WireJson.Read<StreamStep>(Base64Url.DecodeFromChars(text), $"step of a stream ({Encoding.UTF8.GetByteCount(text)} bytes)");
    }

    /// <summary>A unit.</summary>
    public sealed record OfUnit(UnitId Unit);

    /// <summary>A unit's record.</summary>
    public sealed record OfRecord(UnitRecord Record);

    /// <summary>A receive that broke off.</summary>
    public sealed record OfPartial(UnitId Unit, string Volume, Epoch Epoch);

    /// <summary>A snapshot that all volumes hold.</summary>
    public sealed record OfSnapshot(UnitRecord Record, string Snapshot);

    /// <summary>The writer's word that nothing changed.</summary>
    public sealed record OfWord(UnitRecord Record, UnchangedSince Word);

    /// <summary>A copy that has parted, and where it was still one.</summary>
    public sealed record OfAncestor(UnitRecord Record, string? Snapshot);

    /// <summary>A copy to delete.</summary>
    public sealed record OfDeletion(UnitRecord Record, string? Volume);
}
