namespace NodeAgent.Conformance.Bench;

/// <summary>Numbers that look random and are the same for the same seed on every machine.</summary>
internal sealed class Choice(int seed)
{
    private ulong state = ((ulong)(uint)seed * 0x9E3779B97F4A7C15) + 0x1234567;

    /// <summary>A number from 0 to one less than <paramref name="limit"/>.</summary>
    public int Next(int limit) => (int)(Step() % (ulong)limit);

    public void Fill(Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)Step();
        }
    }

    private ulong Step()
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
