namespace NodeAgent.Tests.Daemon.Peers;

/// <summary>Repeatable hostile input: a valid message with bytes changed, cut or doubled.</summary>
internal static class Garbage
{
    public static IEnumerable<byte[]> Mutations(byte[] valid, int count, int seed)
    {
        var state = (uint)seed;
        for (var round = 0; round < count; round++)
        {
            var mutated = valid.ToArray();
            for (var change = 0; change <= Next(4); change++)
            {
                mutated[Next(mutated.Length)] = (byte)Next(256);
            }

            yield return Next(5) switch
            {
                0 => mutated[..Next(mutated.Length)],
                1 => [.. mutated, .. mutated[..Next(mutated.Length)]],
                _ => mutated,
            };
        }

        int Next(int limit)
        {
            state = (state * 1664525) + 1013904223;
            return (int)((state >> 8) % (uint)limit);
        }
    }
}
