using System.Globalization;
using System.Runtime.CompilerServices;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend.Events;

/// <summary>
/// "zpool events -f" first tells everything since boot, then goes on. What is old, and what every single change of a
/// property makes, is left out: a hint that comes all the time is none.
/// </summary>
internal sealed class ZfsEvents(Parts parts) : IStorageEvents
{
    private const string History = "sysevent.fs.zfs.history_event";

    public async IAsyncEnumerable<StorageEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var start = parts.Time.GetUtcNow();
        var command = new Command("zpool", ["events", "-f", "-H", parts.Layout.Pool]);
        await foreach (var line in parts.Tool.Commands.FollowAsync(command, cancellation))
        {
            if (Parse(line, parts.Layout.Pool, parts.Time.LocalTimeZone) is { } happened && happened.At >= start && happened.Native != History)
            {
                yield return happened;
            }
        }
    }

    /// <summary>Reads "Nov 20 2026 23:23:50.060476992 TAB class"; null for any other line.</summary>
    internal static StorageEvent? Parse(string line, string pool, TimeZoneInfo zone)
    {
        var fields = line.Split('\t');
        if (fields.Length != 2 || fields[1].Length == 0 || fields[1].Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')))
        {
            return null;
        }

        var dot = fields[0].IndexOf('.', StringComparison.Ordinal);
        if (dot < 0
            || !DateTime.TryParseExact(
                fields[0][..dot], ["MMM d yyyy HH:mm:ss", "MMM dd yyyy HH:mm:ss", "MMM  d yyyy HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var second)
            || !double.TryParse("0" + fields[0][dot..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var fraction))
        {
            return null;
        }

        var local = DateTime.SpecifyKind(second.AddSeconds(fraction), DateTimeKind.Unspecified);
        return new StorageEvent(new DateTimeOffset(local, zone.GetUtcOffset(local)), pool, fields[1]);
    }
}
