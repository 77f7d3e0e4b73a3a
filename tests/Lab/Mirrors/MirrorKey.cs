using System.Security.Cryptography;

namespace NodeAgent.Lab.Mirrors;

/// <summary>Secrets as `nvme gen-dhchap-key` writes them (NVMe base specification, DH-HMAC-CHAP).</summary>
public static class MirrorKey
{
    public static string New() => $"DHHC-1:00:{Convert.ToBase64String(WithCheck(RandomNumberGenerator.GetBytes(32)))}:";

    // The CRC-32 that the key's form asks for.
    private static byte[] WithCheck(byte[] key)
    {
        var crc = 0xffffffffu;
        foreach (var part in key)
        {
            crc ^= part;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xedb88320u;
            }
        }

        return [.. key, .. BitConverter.GetBytes(~crc)];
    }
}
