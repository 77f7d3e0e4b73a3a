using System.Globalization;
using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Failover;

/// <summary>The worst time of the peer on this machine, for the ratio: kept between runs, for both need fresh nodes of their own.</summary>
public static class PeerFigures
{
    private static string FileName => Path.Combine(new LabFolders().Cache, "pacemaker-rto");

    public static void Write(double seconds) => File.WriteAllText(FileName, seconds.ToString("F2", CultureInfo.InvariantCulture));

    /// <summary>Null if it was not measured here.</summary>
    public static double? Read() =>
        File.Exists(FileName) && double.TryParse(File.ReadAllText(FileName), CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
}
