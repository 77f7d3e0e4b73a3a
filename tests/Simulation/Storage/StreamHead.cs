using System.Globalization;
using System.Text;

namespace NodeAgent.Simulation.Storage;

/// <summary>The beginning of a stream.</summary>
/// <param name="FromGuid">Where the increment starts; empty for a whole volume.</param>
/// <param name="ToGuid">Where it leads.</param>
/// <param name="ToName">That snapshot's name.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Position">The first byte of content that follows.</param>
/// <param name="Members">The volumes of the whole snapshot.</param>
internal sealed record StreamHead(
    string FromGuid, string ToGuid, string ToName, DateTimeOffset CreatedAt, int Position, IReadOnlyList<string> Members)
{
    public const int Size = 256;

    public byte[] ToBytes() => Encoding.ASCII.GetBytes(
        string.Join('|', FromGuid, ToGuid, ToName, CreatedAt.UtcTicks.ToString(CultureInfo.InvariantCulture), Position, string.Join(',', Members)).PadRight(Size));

    public static StreamHead Read(byte[] bytes)
    {
        var fields = Encoding.ASCII.GetString(bytes).TrimEnd().Split('|');
        return new StreamHead(
            fields[0], fields[1], fields[2],
            new DateTimeOffset(long.Parse(fields[3], CultureInfo.InvariantCulture), TimeSpan.Zero),
            int.Parse(fields[4], CultureInfo.InvariantCulture), fields[5].Split(','));
    }
}
