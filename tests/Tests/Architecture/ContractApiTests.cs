using System.Reflection;
using System.Text;
using NodeAgent.Contract;

namespace NodeAgent.Tests.Architecture;

/// <summary>
/// The contract's public surface, as a text in the repository: a change of it is seen in the diff. With UPDATE_DOCS=1
/// the text is written anew; look at what changed before you commit it, and raise the contract's version.
/// </summary>
[TestClass]
public sealed class ContractApiTests
{
    private static readonly string Snapshot = Path.Combine(Repository.Root, "agent", "Contract", "PublicApi.txt");

    [TestMethod]
    public void The_public_surface_is_the_one_in_the_repository()
    {
        var now = Describe(typeof(IBackend).Assembly);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(Snapshot, now);
        }

        Assert.AreEqual(File.ReadAllText(Snapshot), now, "UPDATE_DOCS=1 writes it anew");
    }

    [TestMethod]
    public void The_assembly_carries_the_contracts_major_version() =>
        Assert.AreEqual(new Version(ContractVersion.Major, 0, 0, 0), typeof(IBackend).Assembly.GetName().Version);

    [TestMethod]
    public void A_plugin_cannot_make_a_grant() => Assert.IsEmpty(typeof(WriteGrant).GetConstructors(BindingFlags.Public | BindingFlags.Instance));

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(type.IsEnum ? "enum " : type.IsInterface ? "interface " : type.IsValueType ? "struct " : "class ").Append(type).Append('\n');
            var members = type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(member => member is not MethodInfo { IsSpecialName: true } and not Type)
                .Where(member => !(type.IsEnum && member.Name == "value__"))
                .Select(member => member is FieldInfo { IsLiteral: true } constant ? $"{constant} = {Convert.ToInt64Value(constant)}" : member.ToString()!)
                .Order(StringComparer.Ordinal);
            foreach (var member in members)
            {
                text.Append("  ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static class Convert
    {
        public static string ToInt64Value(FieldInfo constant) => constant.GetRawConstantValue()?.ToString() ?? "null";
    }
}
