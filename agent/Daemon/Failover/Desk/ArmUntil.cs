using System.Globalization;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>Until when takeovers are disarmed, kept within the reason: every node can arm again when it is over.</summary>
internal static class ArmUntil
{
    private const string Mark = " [until ";

    /// <summary>The reason with the time.</summary>
    public static string Write(string why, DateTimeOffset until) =>
        string.Create(CultureInfo.InvariantCulture, $"{why}{Mark}{until.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}]");

    /// <summary>The time in a reason; null if there is none.</summary>
    public static DateTimeOffset? Read(string reason)
    {
        var mark = reason.LastIndexOf(Mark, StringComparison.Ordinal);
        return mark >= 0 && reason.EndsWith(']')
            && DateTimeOffset.TryParse(reason[(mark + Mark.Length)..^1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            ? until : null;
    }
}
