using System.Globalization;
using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Failover;

/// <summary>The worst times of the peer on this machine, for the ratio: kept between runs, for both need fresh nodes of their own.</summary>
/// <param name="Emulated">As it was, in seconds.</param>
/// <param name="Native">With the work after the fencing on processors as fast as the host's, in seconds; NaN: it was not told when that was.</param>
public sealed record PeerFigures(double Emulated, double Native)
{
    private static string FileName => Path.Combine(new LabFolders().Cache, "pacemaker-rto");

    public static void Write(PeerFigures figures) => File.WriteAllText(FileName, string.Create(CultureInfo.InvariantCulture, $"{figures.Emulated:F2} {figures.Native:F2}"));

    /// <summary>Null if it was not measured here.</summary>
    public static PeerFigures? Read()
    {
        var told = File.Exists(FileName) ? File.ReadAllText(FileName).Split(' ') : [];
        return told is [var emulated, var native] ? new PeerFigures(double.Parse(emulated, CultureInfo.InvariantCulture), double.Parse(native, CultureInfo.InvariantCulture)) : null;
    }
}
