// Judges PDF files against profiles with veraPDF's own validator: VeraCheck 3a,ua1 FILE...
import java.io.File;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public class VeraCheck {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        boolean compliant = true;
        for (int i = 1; i < arguments.length; i++) {
            for (String profile : arguments[0].split(",")) {
                compliant &= judge(new File(arguments[i]), PDFAFlavour.fromString(profile));
            }
        }
        System.exit(compliant ? 0 : 1);
    }

    private static boolean judge(File file, PDFAFlavour profile) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, profile)) {
            ValidationResult result =
                Foundries.defaultInstance().createValidator(profile, false).validate(parser);
            System.out.println((result.isCompliant() ? "PASS " : "FAIL ") + profile + " " + file.getName());
            if (!result.isCompliant()) {
                for (TestAssertion failed : result.getTestAssertions()) {
                    System.out.println("  " + failed.getRuleId().getClause()
                        + "-" + failed.getRuleId().getTestNumber() + " " + failed.getMessage());
                }
            }
            return result.isCompliant();
        }
    }
}
