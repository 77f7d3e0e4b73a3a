using System.Security.Cryptography;
using System.Text;

namespace NodeAgent.Lab.Images;

/// <summary>Names an image after everything that goes into it: each file's path and content, and which of the recipe's choices was made.</summary>
public static class RecipeHash
{
    public static string Compute(string choice, params string[] folders)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(choice));
        foreach (var folder in folders)
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                var content = File.ReadAllBytes(file);
                hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetRelativePath(folder, file)}\0{content.Length}\0"));
                hash.AppendData(content);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
